import { Field, Select } from '../../design/components/Form'
import { Panel } from '../../design/components/Panel'
import { plural } from '../../design/format'
import type { PolicyView } from '../../ipc/types'
import { SignedBars } from './SignedBars'

interface LearnedProps {
  view: PolicyView
  chosen: string | undefined
  onChoose: (arm: string) => void
}

/** What it prefers where, and of one strategy what speaks for it and against it. */
export function Learned({ view, chosen, onChoose }: LearnedProps) {
  const arm = view.arms.find((a) => a.arm === chosen) ?? view.arms[0]
  return (
    <Panel title="What it has learned" note="Of problems and models like which it expects more, and of which less. With few outcomes this is little more than a guess." data-testid="policy-learned">
      <div className="learned">
        <ul className="learned-words" data-testid="policy-words">
          {view.words.map((w) => (
            <li key={w}>{w}</li>
          ))}
        </ul>
        {arm && (
          <section className="learned-arm" aria-label={`Learned of ${arm.title}`}>
            <Field label="Strategy" className="learned-choose">
              <Select value={arm.arm} options={view.arms.map((a) => ({ value: a.arm, label: `${a.title} (${plural(a.pulls, 'outcome')})` }))} onChange={onChoose} data-testid="policy-choose-arm" />
            </Field>
            {arm.weights.length === 0 ? (
              <p className="small muted">Nothing stands out yet.</p>
            ) : (
              <SignedBars
                label={`What raises and lowers the reward expected of ${arm.title}`}
                heading="Expected reward beside the mean of the other strategies"
                testId="policy-weight"
                rows={arm.weights.map((w) => ({ key: w.feature, title: w.title, value: w.beside_others, detail: `by itself ${w.weight >= 0 ? 'raises' : 'lowers'} it` }))}
              />
            )}
          </section>
        )}
      </div>
    </Panel>
  )
}
