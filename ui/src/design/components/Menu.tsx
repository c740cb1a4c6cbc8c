import { useEffect, useId, useLayoutEffect, useRef, useState, type CSSProperties, type KeyboardEvent, type ReactNode } from 'react'

export interface MenuItem {
  label: string
  icon?: ReactNode
  run: () => void
  /** Why it cannot be done now; the item stays in sight, and says so. */
  impossible?: string | false
  danger?: boolean
  /** A line above it. */
  apart?: boolean
  testId?: string
}

interface MenuProps {
  /** The accessible name of the button, and of the menu. */
  label: string
  items: readonly MenuItem[]
  /** What stands in the button. */
  children: ReactNode
  className?: string
  testId?: string
}

/** A button that opens actions, after the ARIA pattern: arrows, Home and End move, letters find, Escape puts it away. */
export function Menu({ label, items, children, className = 'btn btn-secondary btn-medium', testId }: MenuProps) {
  const [place, setPlace] = useState<CSSProperties | null>(null)
  const host = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const begin = useRef<'first' | 'last'>('first')
  const id = useId()
  const open = place !== null

  const show = (at: 'first' | 'last') => {
    const rect = button.current?.getBoundingClientRect()
    if (!rect) return
    begin.current = at
    const right = Math.max(8, window.innerWidth - rect.right)
    const below = window.innerHeight - rect.bottom
    // Fixed, so that no table cuts it off; above the button where there is more room.
    setPlace(below < items.length * 36 + 24 && rect.top > below ? { right, bottom: window.innerHeight - rect.top + 4, maxHeight: rect.top - 12 } : { right, top: rect.bottom + 4, maxHeight: below - 12 })
  }
  const hide = (back: boolean) => {
    setPlace(null)
    if (back) button.current?.focus()
  }

  useLayoutEffect(() => {
    if (!open) return
    const all = list.current?.querySelectorAll<HTMLElement>('[role="menuitem"]')
    all?.[begin.current === 'first' ? 0 : all.length - 1]?.focus()
  }, [open])
  useEffect(() => {
    if (!open) return
    const away = (event: Event) => {
      if (!host.current?.contains(event.target as Node)) setPlace(null)
    }
    const gone = () => setPlace(null)
    const from = button.current?.getBoundingClientRect()
    // A menu that stays behind its button would be one of something else.
    const scrolled = () => {
      const now = button.current?.getBoundingClientRect()
      if (now?.top !== from?.top || now?.left !== from?.left) setPlace(null)
    }
    document.addEventListener('pointerdown', away)
    window.addEventListener('scroll', scrolled, true)
    window.addEventListener('resize', gone)
    return () => {
      document.removeEventListener('pointerdown', away)
      window.removeEventListener('scroll', scrolled, true)
      window.removeEventListener('resize', gone)
    }
  }, [open])

  const onKey = (event: KeyboardEvent) => {
    const all = [...(list.current?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])]
    const at = all.indexOf(document.activeElement as HTMLElement)
    const to = (n: number) => all[(n + all.length) % all.length]?.focus()
    if (event.key === 'ArrowDown') to(at + 1)
    else if (event.key === 'ArrowUp') to(at - 1)
    else if (event.key === 'Home') to(0)
    else if (event.key === 'End') to(-1)
    else if (event.key === 'Escape') hide(true)
    else if (event.key === 'Tab') return hide(false)
    else if (/^\p{L}$/u.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const letter = event.key.toLowerCase()
      const next = [...items.keys()].map((n) => (at + 1 + n) % items.length).find((n) => items[n]?.label.toLowerCase().startsWith(letter))
      if (next !== undefined) to(next)
    } else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <div className="menu-host" ref={host}>
      <button
        ref={button}
        type="button"
        className={className}
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        data-testid={testId}
        onClick={() => (open ? hide(true) : show('first'))}
        onKeyDown={(e) => {
          if (e.key !== 'ArrowDown' && e.key !== 'ArrowUp') return
          e.preventDefault()
          show(e.key === 'ArrowDown' ? 'first' : 'last')
        }}
      >
        {children}
      </button>
      {open && (
        <div className="menu" role="menu" id={id} aria-label={label} ref={list} style={place} onKeyDown={onKey}>
          {items.map((item) => (
            <button
              key={item.label}
              type="button"
              role="menuitem"
              tabIndex={-1}
              className={`menu-item ${item.danger ? 'menu-danger' : ''} ${item.apart ? 'menu-apart' : ''}`}
              aria-disabled={item.impossible ? true : undefined}
              data-testid={item.testId}
              onMouseEnter={(e) => e.currentTarget.focus()}
              onClick={() => {
                if (item.impossible) return
                // First back, so that a dialog which opens now gives the focus to where it came from.
                hide(true)
                item.run()
              }}
            >
              <span className="menu-icon" aria-hidden>
                {item.icon}
              </span>
              <span>
                {item.label}
                {item.impossible && <span className="menu-why">{item.impossible}</span>}
              </span>
            </button>
          ))}
        </div>
      )}
    </div>
  )
}
