import { Checkbox, Field, NumberInput, RadioCards, Segmented } from '../../design/components/Form'
import { Notice } from '../../design/components/Notice'
import { percent } from '../../design/format'
import { PRIORITIES, cacheUseName, priorityName } from '../../design/names'
import type { CacheUse, EarlyStop } from '../../ipc/types'
import { EARLY_STOP } from './earlyStop'
import type { Draft } from './spec'
import './Economy.css'

const uses: readonly [use: CacheUse, detail: string][] = [
  ['full', 'Same request, same answer; same program, same verdict. Costs nothing.'],
  ['refresh', 'For a model that has changed behind its name. What is new is kept.'],
  ['off', 'Everything is asked and executed anew, and forgotten.'],
]

interface EconomyProps {
  draft: Pick<Draft, 'cache' | 'earlyStop' | 'priority' | 'samples'>
  set: (part: Partial<Draft>) => void
}

/** How a run is spared work: what is known, problems that are decided, and its share of what runs have in common. */
export function Economy({ draft: { cache, earlyStop, priority, samples }, set }: EconomyProps) {
  return (
    <div className="economy">
      <fieldset className="field">
        <legend className="field-label">What is known already</legend>
        <RadioCards<CacheUse> label="What is known already" value={cache} options={uses.map(([value, detail]) => ({ value, title: cacheUseName(value), detail, testId: `evaluate-cache-${value}` }))} onChange={(to) => set({ cache: to })} />
      </fieldset>
      <div className="economy-stop">
        <Checkbox
          label="Stop early"
          detail={meaning(earlyStop ?? EARLY_STOP)}
          checked={earlyStop !== null}
          onChange={(on) => set({ earlyStop: on ? EARLY_STOP : null })}
          data-testid="evaluate-early-stop"
        />
        {earlyStop && <Rule rule={earlyStop} samples={samples} onChange={(rule) => set({ earlyStop: rule })} />}
      </div>
      <fieldset className="field">
        <legend className="field-label">Priority</legend>
        <Segmented label="Priority" value={priority} options={PRIORITIES.map((value) => ({ value, label: priorityName(value), testId: `evaluate-priority-${value}` }))} onChange={(to) => set({ priority: to })} />
        <p className="field-hint">How much of what runs share, requests and containers, falls to this one while others want it, too.</p>
      </fieldset>
    </div>
  )
}

function Rule({ rule, samples, onChange }: { rule: EarlyStop; samples: number; onChange: (rule: EarlyStop) => void }) {
  const set = (part: Partial<EarlyStop>) => onChange({ ...rule, ...part })
  return (
    <div className="economy-rule" data-testid="evaluate-early-stop-rule">
      <Notice tone="warn">The score of such a run is biased: sampling stops when the result looks clear. It sorts problems and models; it is no unbiased pass@1.</Notice>
      {samples <= rule.at_least && <p className="small tone-warn">With {samples} per problem nothing can be stopped early: ask for more than {rule.at_least}.</p>}
      <div className="evaluate-numbers">
        <Field label="Samples first" aside="per problem" hint="Also the largest k of pass@k.">
          <NumberInput value={rule.at_least} min={1} step={1} onChange={(at_least) => set({ at_least })} data-testid="evaluate-early-at-least" />
        </Field>
        <Field label="Hopeless at most" aside="share">
          <NumberInput value={rule.low} min={0} max={1} step={0.05} onChange={(low) => set({ low })} data-testid="evaluate-early-low" />
        </Field>
        <Field label="Easy at least" aside="share">
          <NumberInput value={rule.high} min={0} max={1} step={0.05} onChange={(high) => set({ high })} data-testid="evaluate-early-high" />
        </Field>
        <Field label="Chance of error" aside="each way">
          <NumberInput value={rule.error} min={0} max={0.5} step={0.01} onChange={(error) => set({ error })} data-testid="evaluate-early-error" />
        </Field>
      </div>
    </div>
  )
}

const share = (x: number) => percent(x, Math.abs(x * 100 - Math.round(x * 100)) < 1e-9 ? 0 : 1)

/** The rule in one sentence. */
function meaning({ at_least, low, high }: EarlyStop): string {
  return `Asks for no more samples of a problem once at least ${at_least} have shown that it passes at most ${share(low)} or at least ${share(high)} of the time (Wald’s sequential test).`
}
