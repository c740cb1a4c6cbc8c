import { Checkbox, Field, NumberInput, Segmented, Select } from '../../design/components/Form'
import { useStrategies } from '../../ipc/hooks'
import type { PolicyAlgorithm, PolicySetup, RewardMix } from '../../ipc/types'
import { mixInWords } from './words'

type Kind = PolicyAlgorithm['kind']

const SAYS: Record<Kind, string> = {
  lin_ucb: 'Takes the strategy that may be best: expected reward and alpha times what is not known of it.',
  thompson: 'Draws for each strategy what it may be worth, and takes the best draw.',
  epsilon_greedy: 'Takes the strategy that is expected to bring most; the share tried at random is all it explores.',
  fixed: 'Always the same strategy: something to measure others by.',
}

interface SetupFormProps {
  setup: PolicySetup
  onChange: (setup: PolicySetup) => void
}

/** How a policy chooses, what it counts as good, and what it chooses from. */
export function SetupForm({ setup, onChange }: SetupFormProps) {
  const strategies = useStrategies().data?.strategies ?? []
  const { algorithm, reward } = setup
  const set = (part: Partial<PolicySetup>) => onChange({ ...setup, ...part })
  const mix = (part: Partial<RewardMix>) => set({ reward: { ...reward, ...part } })
  const choose = (kind: Kind) =>
    set({ algorithm: kind === 'lin_ucb' ? { kind, alpha: 0.5 } : kind === 'thompson' ? { kind, scale: 0.3 } : kind === 'fixed' ? { kind, arm: strategies[0]?.id ?? '' } : { kind } })
  const some = setup.arms.length > 0
  const part = (of: 'pass' | 'quality' | 'cost' | 'latency', label: string) => (
    <Field label={label}>
      <NumberInput value={reward[of]} min={0} step={0.05} onChange={(value) => mix({ [of]: value })} data-testid={`setup-reward-${of}`} />
    </Field>
  )
  return (
    <div className="setup" data-testid="policy-setup">
      <Field label="Algorithm" hint={SAYS[algorithm.kind]}>
        <Select<Kind>
          value={algorithm.kind}
          options={[
            { value: 'lin_ucb', label: 'LinUCB' },
            { value: 'thompson', label: 'Thompson sampling' },
            { value: 'epsilon_greedy', label: 'Epsilon-greedy' },
            { value: 'fixed', label: 'Fixed' },
          ]}
          onChange={choose}
          data-testid="setup-algorithm"
        />
      </Field>
      <div className="setup-numbers">
        {algorithm.kind === 'lin_ucb' && (
          <Field label="Alpha">
            <NumberInput value={algorithm.alpha} min={0} step={0.1} onChange={(alpha) => set({ algorithm: { kind: 'lin_ucb', alpha } })} data-testid="setup-alpha" />
          </Field>
        )}
        {algorithm.kind === 'thompson' && (
          <Field label="Scale">
            <NumberInput value={algorithm.scale} min={0} step={0.1} onChange={(scale) => set({ algorithm: { kind: 'thompson', scale } })} data-testid="setup-scale" />
          </Field>
        )}
        {algorithm.kind === 'fixed' && (
          <Field label="Strategy">
            <Select value={algorithm.arm} options={strategies.map((s) => ({ value: s.id, label: s.title }))} onChange={(arm) => set({ algorithm: { kind: 'fixed', arm } })} />
          </Field>
        )}
        <Field label="Ridge" aside="lambda">
          <NumberInput value={setup.ridge} min={0} step={0.5} onChange={(ridge) => set({ ridge })} data-testid="setup-ridge" />
        </Field>
        <Field label="Tried at random" aside="share">
          <NumberInput value={setup.exploration} min={0} max={1} step={0.01} onChange={(exploration) => set({ exploration })} data-testid="setup-exploration" />
        </Field>
      </div>
      <fieldset className="setup-group">
        <legend>Reward</legend>
        <div className="setup-numbers">
          {part('pass', 'Pass')}
          {part('quality', 'Quality')}
          {part('cost', 'Cost')}
          <Field label="Cost half at" aside="US dollars">
            <NumberInput value={reward.half_cost_usd} min={0} step={0.001} onChange={(half_cost_usd) => mix({ half_cost_usd })} />
          </Field>
          {part('latency', 'Time')}
          <Field label="Time half at" aside="ms">
            <NumberInput value={reward.half_latency_ms} min={0} step={1000} onChange={(half_latency_ms) => mix({ half_latency_ms })} />
          </Field>
        </div>
        <p className="field-hint">As shares of their sum: {mixInWords(reward)}. At such a cost, or such a time, of a sample its part is a half.</p>
      </fieldset>
      <fieldset className="setup-group">
        <legend>Chooses from</legend>
        <Segmented
          label="Chooses from"
          value={some ? 'some' : 'all'}
          options={[
            { value: 'all', label: 'Every strategy', testId: 'setup-arms-all' },
            { value: 'some', label: 'Chosen ones', testId: 'setup-arms-some' },
          ]}
          onChange={(v) => set({ arms: v === 'all' ? [] : strategies.map((s) => s.id) })}
        />
        {some && (
          <div className="setup-arms">
            {strategies.map((s) => (
              <Checkbox key={s.id} label={s.title} checked={setup.arms.includes(s.id)} disabled={setup.arms.length === 1 && setup.arms[0] === s.id} data-testid={`setup-arm-${s.id}`} onChange={(on) => set({ arms: on ? [...setup.arms, s.id] : setup.arms.filter((a) => a !== s.id) })} />
            ))}
          </div>
        )}
        {some && <p className="field-hint">The plain way of asking a model is always among them.</p>}
      </fieldset>
    </div>
  )
}
