import { Field, NumberInput, Segmented, Select } from '../../design/components/Form'
import type { CompareBy, CompareQuery, Correction, ScoreView } from '../../ipc/types'
import type { Alpha, CompareAddress } from '../../app/address'

const BYS: readonly { value: CompareBy; label: string; testId: string }[] = [
  { value: 'series', label: 'Run and model', testId: 'compare-by-series' },
  { value: 'model', label: 'Model', testId: 'compare-by-model' },
  { value: 'strategy', label: 'Strategy', testId: 'compare-by-strategy' },
  { value: 'language', label: 'Language', testId: 'compare-by-language' },
]

interface CompareControlsProps {
  query: CompareQuery
  scores: readonly ScoreView[]
  alpha: Alpha
  onChange: (part: Partial<CompareAddress>) => void
}

/** How runs are compared: what has a line, against what, and how strictly. */
export function CompareControls({ query, scores, alpha, onChange }: CompareControlsProps) {
  const baseline = scores.some((s) => s.key === query.baseline) ? (query.baseline ?? '') : ''
  return (
    <div className="compare-controls" role="group" aria-label="How to compare">
      <Field label="One line for each">
        <Segmented label="One line for each" value={query.by} options={BYS} onChange={(by) => onChange({ by: by === 'series' ? undefined : by, baseline: undefined, columns: undefined, a: undefined, b: undefined })} />
      </Field>
      <Field label="Against" className="compare-baseline">
        <Select
          value={baseline}
          options={[{ value: '', label: 'All pairs' }, ...scores.map((s) => ({ value: s.key, label: s.label }))]}
          onChange={(key) => onChange({ baseline: key === '' ? undefined : key })}
          data-testid="compare-baseline"
        />
      </Field>
      <Field label="Correction">
        <Select<Correction>
          value={query.correction}
          options={[
            { value: 'holm', label: 'Holm' },
            { value: 'benjamini_hochberg', label: 'Benjamini–Hochberg' },
          ]}
          onChange={(c) => onChange({ correction: c === 'holm' ? undefined : c })}
        />
      </Field>
      <Field label="α">
        <Select<Alpha> value={alpha} options={(['0.01', '0.05', '0.1'] as const).map((a) => ({ value: a, label: a }))} onChange={(a) => onChange({ alpha: a === '0.05' ? undefined : a })} />
      </Field>
      <Field label="k of pass@k" className="compare-k">
        <NumberInput value={query.k} min={1} max={1000} step={1} onChange={(k) => Number.isInteger(k) && k >= 1 && onChange({ k: k === 1 ? undefined : k })} data-testid="compare-k" />
      </Field>
    </div>
  )
}
