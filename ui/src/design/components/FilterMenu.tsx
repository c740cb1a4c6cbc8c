import { useEffect, useRef, useState, type ReactNode } from 'react'
import { ChevronDown } from 'lucide-react'
import { Checkbox } from './Form'

interface FilterMenuProps<T extends string> {
  label: string
  options: readonly { value: T; label: ReactNode }[]
  chosen: readonly T[]
  onChange: (values: T[]) => void
  testId?: string
}

/** A filter: a chip that opens its choices. Escape and a click elsewhere close it. */
export function FilterMenu<T extends string>({ label, options, chosen, onChange, testId }: FilterMenuProps<T>) {
  const [open, setOpen] = useState(false)
  const host = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (!open) return
    const away = (event: PointerEvent) => {
      if (!host.current?.contains(event.target as Node)) setOpen(false)
    }
    document.addEventListener('pointerdown', away)
    return () => document.removeEventListener('pointerdown', away)
  }, [open])
  return (
    <div
      className="filter"
      ref={host}
      onKeyDown={(e) => {
        if (e.key === 'Escape' && open) {
          e.stopPropagation()
          e.preventDefault()
          setOpen(false)
          button.current?.focus()
        }
      }}
    >
      <button ref={button} type="button" className={`chip ${chosen.length > 0 ? 'chip-on' : ''}`} aria-expanded={open} onClick={() => setOpen(!open)} data-testid={testId}>
        {label}
        {chosen.length > 0 && <span className="num">{chosen.length}</span>}
        <ChevronDown size={12} aria-hidden />
      </button>
      {open && (
        <div className="filter-menu" role="group" aria-label={label}>
          {options.map((o) => (
            <Checkbox
              key={o.value}
              label={o.label}
              checked={chosen.includes(o.value)}
              data-testid={testId && `${testId}-${o.value}`}
              onChange={(on) => onChange(on ? [...chosen, o.value] : chosen.filter((v) => v !== o.value))}
            />
          ))}
          {options.length === 0 && <p className="small faint">Nothing to choose</p>}
        </div>
      )}
    </div>
  )
}
