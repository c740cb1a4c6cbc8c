import { useId, useState, type CSSProperties, type ReactNode } from 'react'

/** Keys as they are pressed; `mod` is Command on a Mac and Ctrl elsewhere. */
export function Kbd({ keys }: { keys: string }) {
  const mac = typeof navigator !== 'undefined' && navigator.platform.startsWith('Mac')
  return (
    <span className="kbd-group">
      {keys.split(' ').map((key, i) => (
        <kbd key={`${key}${i}`} className="kbd">
          {key.replace('mod+', mac ? '⌘' : 'Ctrl ')}
        </kbd>
      ))}
    </span>
  )
}

/** Where something will stand in a moment; says so once to screen readers. */
export function Skeleton({ height = '1rem', width = '100%', lines = 1, label }: { height?: string; width?: string; lines?: number; label?: string }) {
  return (
    <div className="skeletons" role={label ? 'status' : undefined} aria-label={label}>
      {Array.from({ length: lines }, (_, i) => (
        <div key={i} className="skeleton" style={{ height, width: i === lines - 1 && lines > 1 ? '70%' : width }} />
      ))}
    </div>
  )
}

interface TooltipProps {
  text: ReactNode
  children: (props: { 'aria-describedby': string | undefined }) => ReactNode
  side?: 'top' | 'right' | 'bottom'
}

/** A word of explanation on hover and on keyboard focus; Escape puts it away. */
export function Tooltip({ text, children, side = 'top' }: TooltipProps) {
  const id = useId()
  const [open, setOpen] = useState(false)
  return (
    <span
      className="tooltip-host"
      onMouseEnter={() => setOpen(true)}
      onMouseLeave={() => setOpen(false)}
      onFocus={() => setOpen(true)}
      onBlur={() => setOpen(false)}
      onKeyDown={(e) => {
        if (e.key === 'Escape' && open) setOpen(false)
      }}
    >
      {children({ 'aria-describedby': open ? id : undefined })}
      {open && (
        <span role="tooltip" id={id} className={`tooltip tooltip-${side}`}>
          {text}
        </span>
      )}
    </span>
  )
}

interface TabsProps<T extends string> {
  label: string
  value: T
  tabs: readonly { value: T; label: ReactNode; testId?: string }[]
  onChange: (value: T) => void
  children: ReactNode
}

/** Tabs after the ARIA pattern: one stop for the keyboard, arrows between them. */
export function Tabs<T extends string>({ label, value, tabs, onChange, children }: TabsProps<T>) {
  const id = useId()
  const at = tabs.findIndex((t) => t.value === value)
  const move = (by: number) => {
    const tab = tabs[(at + by + tabs.length) % tabs.length]
    if (!tab) return
    onChange(tab.value)
    document.getElementById(`${id}-${tab.value}`)?.focus()
  }
  return (
    <div className="tabs">
      <div className="tablist" role="tablist" aria-label={label}>
        {tabs.map((t) => (
          <button
            key={t.value}
            type="button"
            role="tab"
            id={`${id}-${t.value}`}
            aria-selected={t.value === value}
            aria-controls={`${id}-panel`}
            tabIndex={t.value === value ? 0 : -1}
            className="tab"
            data-testid={t.testId}
            onClick={() => onChange(t.value)}
            onKeyDown={(e) => {
              if (e.key === 'ArrowRight') move(1)
              else if (e.key === 'ArrowLeft') move(-1)
              else return
              e.preventDefault()
            }}
          >
            {t.label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${value}`} className="tabpanel" tabIndex={0}>
        {children}
      </div>
    </div>
  )
}

/** The mark of a series: its colour, the same everywhere. */
export function Swatch({ colour }: { colour: string }) {
  return <span className="swatch" style={{ '--swatch': colour } as CSSProperties} aria-hidden />
}

/** The application's mark. */
export function Logo({ size = 26 }: { size?: number }) {
  return (
    <svg viewBox="64 64 896 896" width={size} height={size} aria-hidden className="logo">
      <rect x="64" y="64" width="896" height="896" rx="208" fill="#22302f" />
      <g fill="none" strokeLinecap="round" strokeWidth="92">
        <path d="M248 560 L432 280" stroke="#c07f45" />
        <path d="M352 744 L672 256" stroke="#f0bd52" />
        <path d="M592 744 L776 464" stroke="#c9d2d2" />
      </g>
    </svg>
  )
}
