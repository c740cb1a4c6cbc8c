import { createContext, use, useId, type InputHTMLAttributes, type ReactNode, type Ref, type SelectHTMLAttributes, type TextareaHTMLAttributes } from 'react'

const FieldContext = createContext<{ id: string; describedBy: string | undefined; invalid: boolean } | null>(null)

interface FieldProps {
  label: string
  hint?: ReactNode
  error?: string | null
  /** Beside the label: a unit, `optional`. */
  aside?: ReactNode
  children: ReactNode
  className?: string
}

/** A label, a control and what is said about it, tied together for assistive technology. */
export function Field({ label, hint, error, aside, children, className = '' }: FieldProps) {
  const id = useId()
  const says = error || hint ? `${id}-says` : undefined
  return (
    <div className={`field ${className}`}>
      <div className="field-label">
        <label htmlFor={id}>{label}</label>
        {aside && <span className="field-aside">{aside}</span>}
      </div>
      <FieldContext value={{ id, describedBy: says, invalid: Boolean(error) }}>{children}</FieldContext>
      {says && (
        <p id={says} className={error ? 'field-error' : 'field-hint'} role={error ? 'alert' : undefined}>
          {error || hint}
        </p>
      )}
    </div>
  )
}

function useField() {
  const field = use(FieldContext)
  return field ? { id: field.id, 'aria-describedby': field.describedBy, 'aria-invalid': field.invalid || undefined } : {}
}

interface InputProps extends InputHTMLAttributes<HTMLInputElement> {
  ref?: Ref<HTMLInputElement>
}

export function Input({ className = '', ...rest }: InputProps) {
  return <input className={`input ${className}`} autoComplete="off" spellCheck={false} {...useField()} {...rest} />
}

interface SelectProps<T extends string> extends Omit<SelectHTMLAttributes<HTMLSelectElement>, 'value' | 'onChange'> {
  value: T
  options: readonly { value: T; label: string; disabled?: boolean }[]
  onChange: (value: T) => void
}

export function Select<T extends string>({ value, options, onChange, className = '', ...rest }: SelectProps<T>) {
  return (
    <select className={`input select ${className}`} value={value} onChange={(e) => onChange(e.target.value as T)} {...useField()} {...rest}>
      {options.map((o) => (
        <option key={o.value} value={o.value} disabled={o.disabled}>
          {o.label}
        </option>
      ))}
    </select>
  )
}

interface NumberInputProps extends Omit<InputProps, 'value' | 'onChange' | 'type'> {
  value: number
  onChange: (value: number) => void
}

/** A number that may be half typed: what is not a number yet is not told. */
export function NumberInput({ value, onChange, ...rest }: NumberInputProps) {
  return (
    <Input
      type="number"
      inputMode="decimal"
      className="num"
      defaultValue={value}
      onChange={(e) => {
        const n = e.target.valueAsNumber
        if (Number.isFinite(n)) onChange(n)
      }}
      {...rest}
    />
  )
}

interface CheckboxProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'type' | 'onChange'> {
  label: ReactNode
  detail?: ReactNode
  onChange: (checked: boolean) => void
  /** Keep the label for assistive technology alone. */
  bare?: boolean
}

export function Checkbox({ label, detail, onChange, bare = false, className = '', ...rest }: CheckboxProps) {
  return (
    <label className={`check ${bare ? 'check-bare' : ''} ${className}`}>
      <input type="checkbox" onChange={(e) => onChange(e.target.checked)} {...rest} />
      <span className={bare ? 'sr-only' : 'check-text'}>
        <span>{label}</span>
        {detail && <span className="check-detail">{detail}</span>}
      </span>
    </label>
  )
}

interface SegmentedProps<T extends string> {
  label: string
  value: T
  options: readonly { value: T; label: ReactNode; testId?: string; disabled?: boolean }[]
  onChange: (value: T) => void
}

/** One of a few, all of them in sight: a radio group. */
export function Segmented<T extends string>({ label, value, options, onChange }: SegmentedProps<T>) {
  const name = useId()
  return (
    <div className="segmented" role="radiogroup" aria-label={label}>
      {options.map((o) => (
        <label key={o.value} className={o.value === value ? 'segmented-on' : ''}>
          <input
            type="radio"
            className="sr-only"
            name={name}
            value={o.value}
            checked={o.value === value}
            disabled={o.disabled}
            onChange={() => onChange(o.value)}
            data-testid={o.testId}
          />
          <span>{o.label}</span>
        </label>
      ))}
    </div>
  )
}

interface RadioCardsProps<T extends string> {
  label: string
  value: T | null
  options: readonly { value: T; title: ReactNode; detail?: ReactNode; testId?: string }[]
  onChange: (value: T) => void
}

/** One of many, each with a word about it: a radio group of cards. */
export function RadioCards<T extends string>({ label, value, options, onChange }: RadioCardsProps<T>) {
  const name = useId()
  return (
    <div className="cards" role="radiogroup" aria-label={label}>
      {options.map((o) => (
        <label key={o.value} className={`card ${o.value === value ? 'card-on' : ''}`}>
          <input type="radio" className="sr-only" name={name} value={o.value} checked={o.value === value} onChange={() => onChange(o.value)} data-testid={o.testId} />
          <span className="card-title">{o.title}</span>
          {o.detail && <span className="card-detail">{o.detail}</span>}
        </label>
      ))}
    </div>
  )
}

interface TextAreaProps extends TextareaHTMLAttributes<HTMLTextAreaElement> {
  ref?: Ref<HTMLTextAreaElement>
}

export function TextArea({ className = '', ...rest }: TextAreaProps) {
  return <textarea className={`input ${className}`} autoComplete="off" spellCheck={false} {...useField()} {...rest} />
}
