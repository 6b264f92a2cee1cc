// A link within staff's page.
import type { ComponentProps, MouseEvent } from 'react'
import { go } from '../place.ts'

type GoProps = Omit<ComponentProps<'a'>, 'href'> & { to: string }

export function Go({ to, children, ...rest }: GoProps) {
  const follow = (event: MouseEvent) => {
    // In another tab there is no session: the token stays in this one.
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    go(to)
  }
  return (
    <a href={`/staff${to}`} onClick={follow} {...rest}>
      {children}
    </a>
  )
}
