import { Link } from '@tanstack/react-router'
import { Checkbox, Field, Select } from '../../design/components/Form'
import { plural } from '../../design/format'
import { usePolicies } from '../../ipc/adaptive'

interface PolicyPickerProps {
  policy: string
  learn: boolean
  onChange: (part: { policy?: string; learn?: boolean }) => void
}

/** The one that is made with the usual settings where there is none of its name. */
const USUAL = 'default'

/** Which policy chooses the strategies of an adaptive run, and whether it learns from it. */
export function PolicyPicker({ policy, learn, onChange }: PolicyPickerProps) {
  const policies = usePolicies().data ?? []
  const chosen = policies.find((p) => p.name === policy)
  const options = policies.map((p) => ({ value: p.name, label: `${p.name} (${p.frozen ? 'frozen' : 'learning'}, ${plural(p.lessons, 'outcome')})` }))
  for (const name of new Set([USUAL, policy])) if (!policies.some((p) => p.name === name)) options.unshift({ value: name, label: `${name} (new, usual settings)` })
  return (
    <div className="evaluate-policy" data-testid="evaluate-policy-group">
      <Field
        label="Policy"
        hint={
          <>
            What it has learned, and how it is set up: <Link to="/adaptive" search={chosen ? { policy } : {}}>Adaptive</Link>.
          </>
        }
      >
        <Select value={policy} options={options} onChange={(name) => onChange({ policy: name })} data-testid="evaluate-policy" />
      </Field>
      <Checkbox
        label="Learn from this run"
        detail={chosen?.frozen ? 'It is frozen: it learns nothing and tries nothing at random.' : learn ? 'What becomes of each sample counts for the next choice.' : 'It chooses by what it knows now, and tries nothing at random.'}
        checked={learn && !chosen?.frozen}
        disabled={chosen?.frozen}
        onChange={(on) => onChange({ learn: on })}
        data-testid="evaluate-learn"
      />
    </div>
  )
}
