// What waits, where one sees it from another tab: the title and the icon.
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { countsQuery } from '../features/inbox/queries.ts'
import { useSession } from '../session/session.ts'

export function TabMarks({ place }: { place: string }) {
  const unread = useQuery(countsQuery).data?.unread ?? 0
  const { name } = useSession().workspace
  useEffect(() => {
    document.title = `${unread > 0 ? `(${unread > 99 ? '99+' : String(unread)}) ` : ''}${place} · ${name} · Leadkeep`
    const icon = document.querySelector('link[rel="icon"]')
    icon?.setAttribute('href', unread > 0 ? '/favicon-unread.svg' : '/favicon.svg')
  }, [unread, place, name])
  return null
}
