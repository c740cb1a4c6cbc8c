import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react'
import { LoaderCircle } from 'lucide-react'

type Kind = 'primary' | 'secondary' | 'quiet' | 'danger'

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: Kind
  icon?: ReactNode
  /** Shows a spinner and takes no clicks, keeping its width. */
  busy?: boolean
  size?: 'small' | 'medium'
  ref?: Ref<HTMLButtonElement>
}

export function Button({ kind = 'secondary', icon, busy = false, size = 'medium', children, className = '', disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={`btn btn-${kind} btn-${size} ${className}`}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      {...rest}
    >
      {busy ? <LoaderCircle className="spin" size={15} aria-hidden /> : icon}
      {children !== undefined && <span>{children}</span>}
    </button>
  )
}

interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'aria-label' | 'children'> {
  /** The accessible name, also shown on hover. */
  label: string
  icon: ReactNode
  pressed?: boolean
  size?: 'small' | 'medium'
  ref?: Ref<HTMLButtonElement>
}

export function IconButton({ label, icon, pressed, size = 'medium', className = '', ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      className={`icon-btn icon-btn-${size} ${className}`}
      aria-label={label}
      aria-pressed={pressed}
      title={label}
      {...rest}
    >
      {icon}
    </button>
  )
}
