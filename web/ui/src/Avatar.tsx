// A face without a picture: initials on a hue that stays the same for the same seed.
import type { ReactNode } from 'react'

type Dot = 'online' | 'away' | 'offline'

type AvatarProps = {
  name: string
  seed: string
  size?: 20 | 24 | 28 | 36 | 44
  dot?: Dot | undefined
  icon?: ReactNode
}

const SIZE = {
  20: 'size-5 text-[9px]',
  24: 'size-6 text-[10px]',
  28: 'size-7 text-11',
  36: 'size-9 text-12',
  44: 'size-11 text-14',
} as const

const DOT: Record<Dot, string> = { online: 'bg-ok-mark', away: 'bg-warn-mark', offline: 'bg-control' }

export function Avatar({ name, seed, size = 28, dot, icon }: AvatarProps) {
  return (
    <span className="relative inline-flex shrink-0" aria-hidden>
      <span
        className={`hue hue-${hueOf(seed)} inline-flex items-center justify-center rounded-full font-semibold tracking-tight select-none ${SIZE[size]}`}
      >
        {icon ?? <Initials text={initialsOf(name)} />}
      </span>
      {dot !== undefined && (
        <span className={`absolute -end-0.5 -bottom-0.5 size-2.5 rounded-full border-2 border-surface ${DOT[dot]}`} />
      )}
    </span>
  )
}

/** Drawn by the style sheet: a picture in letters, which no screen reader and no search on the page should meet as text. */
export function Initials({ text }: { text: string }) {
  return <span data-initials={text} className="before:content-[attr(data-initials)]" />
}

export function hueOf(seed: string): number {
  let sum = 0
  for (const letter of seed) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0
  return sum % 8
}

export function initialsOf(name: string): string {
  const all = name
    .replace(/@.*$/, '')
    .split(/[\s._-]+/)
    .filter(Boolean)
  // Words that begin with a letter make better initials than "&" or "1884", if there are any.
  const spoken = all.filter((word) => /^\p{L}/u.test(word))
  const words = spoken.length > 0 ? spoken : all
  const first = words[0]
  const last = words.length > 1 ? words[words.length - 1] : undefined
  if (first === undefined) return '?'
  const letters = last === undefined ? [...first].slice(0, 1) : [[...first][0], [...last][0]]
  return letters.join('').toUpperCase()
}
