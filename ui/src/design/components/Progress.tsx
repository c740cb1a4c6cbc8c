
interface ProgressProps {
  label: string
  /** Share done in [0, 1]; unknown when null. */
  value: number | null
  /** Said instead of the percentage: `12 of 40 samples`. */
  valueText?: string
  thin?: boolean
  testId?: string
}

export function Progress({ label, value, valueText, thin = false, testId }: ProgressProps) {
  const share = value === null ? null : Math.min(1, Math.max(0, value))
  return (
    <div
      className={`progress ${thin ? 'progress-thin' : ''} ${share === null ? 'progress-unknown' : ''}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={share === null ? undefined : Math.round(share * 100)}
      aria-valuetext={valueText}
      data-testid={testId}
    >
      <div className="progress-fill" style={share === null ? undefined : { width: `${share * 100}%` }} />
    </div>
  )
}

export interface Part {
  key: string
  label: string
  value: number
  colour: string
}

/** A bar of parts of a whole, with its legend in words and numbers. */
export function PartsBar({ label, parts, total, testId }: { label: string; parts: readonly Part[]; total: number; testId?: string }) {
  const shown = parts.filter((p) => p.value > 0)
  return (
    <div className="parts" data-testid={testId}>
      <div className="parts-bar" role="img" aria-label={`${label}: ${shown.map((p) => `${p.label} ${p.value}`).join(', ')} of ${total}`}>
        {shown.map((p) => (
          <div key={p.key} style={{ width: `${(100 * p.value) / Math.max(1, total)}%`, background: p.colour }} title={`${p.label}: ${p.value}`} />
        ))}
      </div>
    </div>
  )
}
