import { useId, useMemo, useState } from 'react'
import { X } from 'lucide-react'

interface Option {
  value: string
  label: string
  detail?: string
}

interface MultiComboboxProps {
  label: string
  options: readonly Option[]
  values: readonly string[]
  onChange: (values: string[]) => void
  placeholder?: string
  /** What a typed text becomes that is no option yet; null where it cannot be one. */
  create?: (text: string) => string | null
  /** A dialog begins here. */
  autoFocus?: boolean
  testId?: string
}

const MOST = 50

/** Several of many, found by typing: the ARIA combobox with a list, its choices as chips. */
export function MultiCombobox({ label, options, values, onChange, placeholder, create, autoFocus, testId }: MultiComboboxProps) {
  const id = useId()
  const [text, setText] = useState('')
  const [open, setOpen] = useState(false)
  const [at, setAt] = useState(0)
  const hits = useMemo(() => {
    const wanted = text.trim().toLowerCase()
    const found: Option[] = options.filter((o) => !values.includes(o.value) && `${o.label} ${o.detail ?? ''}`.toLowerCase().includes(wanted)).slice(0, MOST)
    const there = (of: string) => of.toLowerCase() === wanted
    const made = wanted === '' || options.some((o) => there(o.value)) || values.some(there) ? null : (create?.(text.trim()) ?? null)
    if (made !== null) found.push({ value: made, label: `New: ${made}` })
    return found
  }, [options, values, text, create])
  const chosen = Math.min(at, Math.max(0, hits.length - 1))
  const add = (option: Option | undefined) => {
    if (!option) return
    onChange([...values, option.value])
    setText('')
    setAt(0)
  }
  return (
    <div className="combo">
      <div className="combo-box">
        {values.map((value) => (
          <button key={value} type="button" className="chip" aria-label={`Remove ${value}`} onClick={() => onChange(values.filter((v) => v !== value))}>
            {options.find((o) => o.value === value)?.label ?? value}
            <X size={12} aria-hidden />
          </button>
        ))}
        <input
          className="combo-input"
          role="combobox"
          aria-label={label}
          aria-expanded={open}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={open && hits.length > 0 ? `${id}-${chosen}` : undefined}
          autoComplete="off"
          spellCheck={false}
          placeholder={values.length === 0 ? placeholder : undefined}
          value={text}
          data-autofocus={autoFocus || undefined}
          data-testid={testId}
          onChange={(e) => {
            setText(e.target.value)
            setAt(0)
            setOpen(true)
          }}
          onFocus={() => setOpen(true)}
          onBlur={() => {
            setOpen(false)
            // What was typed to the end is meant, though Enter was not pressed.
            if (create) add(hits.find((o) => o.value.toLowerCase() === text.trim().toLowerCase()))
          }}
          onKeyDown={(e) => {
            if (e.key === 'ArrowDown') setAt(Math.min(chosen + 1, hits.length - 1))
            else if (e.key === 'ArrowUp') setAt(Math.max(chosen - 1, 0))
            else if (e.key === 'Enter' && open && (text !== '' || !create)) add(hits[chosen])
            else if (e.key === 'Escape' && open && hits.length > 0) setOpen(false)
            else if (e.key === 'Backspace' && text === '' && values.length > 0) return onChange(values.slice(0, -1))
            else return
            e.preventDefault()
          }}
        />
      </div>
      <div className="combo-list" role="listbox" id={`${id}-list`} aria-label={label} hidden={!open || hits.length === 0}>
        {hits.map((o, i) => (
          <div
            key={o.value}
            id={`${id}-${i}`}
            role="option"
            aria-selected={i === chosen}
            className="combo-option"
            onMouseDown={(e) => {
              e.preventDefault()
              add(o)
            }}
            onMouseMove={() => setAt(i)}
          >
            <span>{o.label}</span>
            {o.detail && <span className="faint small mono">{o.detail}</span>}
          </div>
        ))}
      </div>
    </div>
  )
}
