// Buttons: one shape, four weights, two sizes.
import type { ComponentProps, ReactNode } from 'react'

type Weight = 'primary' | 'secondary' | 'quiet' | 'danger'

const WEIGHT: Record<Weight, string> = {
  primary: 'bg-accent text-white hover:bg-accent-strong shadow-rise border-transparent',
  secondary: 'bg-surface text-text border-line hover:bg-surface-2 shadow-rise',
  quiet: 'bg-transparent text-muted border-transparent hover:bg-surface-2 hover:text-text',
  danger: 'bg-bad-fill text-white border-transparent hover:brightness-95 shadow-rise',
}

const BASE =
  'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-control border font-medium whitespace-nowrap select-none transition-colors duration-100 disabled:opacity-50 aria-disabled:opacity-50'

export function buttonClass(weight: Weight = 'secondary', size: 'small' | 'normal' = 'normal'): string {
  return `${BASE} ${WEIGHT[weight]} ${size === 'small' ? 'h-7 px-2.5 text-12' : 'h-8 px-3 text-13'}`
}

type ButtonProps = ComponentProps<'button'> & { weight?: Weight; size?: 'small' | 'normal'; busy?: boolean }

export function Button({ weight, size, busy, className, type, onClick, children, ...rest }: ButtonProps) {
  const waits = busy === true
  return (
    <button
      type={type ?? 'button'}
      className={`${buttonClass(weight, size)} ${className ?? ''}`}
      // Not `disabled`: that would take the focus away from whoever just pressed it with the keyboard.
      aria-disabled={waits || undefined}
      aria-busy={busy}
      onClick={waits ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {children}
    </button>
  )
}

type IconButtonProps = ComponentProps<'button'> & { label: string; children?: ReactNode; pressed?: boolean }

export const iconButtonClass =
  'inline-flex size-8 shrink-0 items-center justify-center rounded-control text-muted transition-colors duration-100 hover:bg-surface-2 hover:text-text disabled:opacity-50 aria-pressed:bg-surface-2 aria-pressed:text-text'

export function IconButton({ label, pressed, className, type, children, ...rest }: IconButtonProps) {
  return (
    <button
      type={type ?? 'button'}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      className={`${iconButtonClass} ${className ?? ''}`}
      {...rest}
    >
      {children}
    </button>
  )
}
