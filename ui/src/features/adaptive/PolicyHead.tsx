import { useState, type ReactNode } from 'react'
import { Pause, Play, RotateCcw } from 'lucide-react'
import { Badge } from '../../design/components/Badge'
import { Button } from '../../design/components/Button'
import { Field, Select } from '../../design/components/Form'
import { Panel } from '../../design/components/Panel'
import { useToasts } from '../../design/components/Toast'
import { count, plural, when } from '../../design/format'
import { usePolicyCommands } from '../../ipc/adaptive'
import type { PolicySetup, PolicySummary } from '../../ipc/types'
import { PolicyTools } from './PolicyTools'
import { ResetDialog } from './ResetDialog'
import { chance, mixInWords, stateOf } from './words'

interface PolicyHeadProps {
  policies: readonly PolicySummary[]
  policy: PolicySummary
  setup: PolicySetup | undefined
  onShow: (name: string | undefined) => void
}

/** Which policy is looked at, how it is set up, and what can be done with it. */
export function PolicyHead({ policies, policy, setup, onShow }: PolicyHeadProps) {
  const toasts = useToasts()
  const { freeze } = usePolicyCommands()
  const [resetting, setResetting] = useState(false)
  const turn = (frozen: boolean) =>
    freeze.mutate(
      { name: policy.name, frozen },
      { onSuccess: () => toasts.done(frozen ? `${policy.name} is frozen: it chooses by what it knows, and learns nothing more.` : `${policy.name} goes on learning.`), onError: toasts.failed },
    )
  return (
    <Panel data-testid="policy-head">
      <div className="policy-head">
        <Field label="Policy" className="policy-choose">
          <Select value={policy.name} options={policies.map((p) => ({ value: p.name, label: `${p.name} (${stateOf(p)}, ${plural(p.lessons, 'outcome')})` }))} onChange={onShow} data-testid="policy-choose" />
        </Field>
        <div className="row policy-actions">
          <Button icon={policy.frozen ? <Play size={15} aria-hidden /> : <Pause size={15} aria-hidden />} busy={freeze.isPending} onClick={() => turn(!policy.frozen)} data-testid="policy-freeze">
            {policy.frozen ? 'Go on learning' : 'Freeze'}
          </Button>
          <Button icon={<RotateCcw size={15} aria-hidden />} onClick={() => setResetting(true)} disabled={!setup} data-testid="policy-reset">
            Begin anew
          </Button>
          <PolicyTools policies={policies} policy={policy} onShow={onShow} />
        </div>
      </div>
      <dl className="policy-facts num" data-testid="policy-facts">
        <Fact term="State">
          <Badge tone={policy.frozen ? 'mute' : 'ok'} icon={policy.frozen ? <Pause size={12} aria-hidden /> : <Play size={12} aria-hidden />} testId="policy-state">
            {policy.frozen ? 'Frozen' : 'Learning'}
          </Badge>
        </Fact>
        <Fact term="Algorithm">{policy.algorithm}</Fact>
        <Fact term="Tried at random">{setup ? (policy.frozen ? 'nothing, frozen' : chance(setup.exploration)) : '–'}</Fact>
        <Fact term="Decisions">{count(policy.decisions)}</Fact>
        <Fact term="Outcomes learned">{count(policy.lessons)}</Fact>
        <Fact term="Reward">{setup ? mixInWords(setup.reward) : '–'}</Fact>
        <Fact term="Chooses from">{setup ? (setup.arms.length === 0 ? 'every strategy' : plural(setup.arms.length, 'strategy', 'strategies')) : '–'}</Fact>
        <Fact term="Began">
          <time dateTime={policy.created_at} title={policy.created_at}>
            {when(policy.created_at)}
          </time>
        </Fact>
      </dl>
      {setup && <ResetDialog open={resetting} policy={policy} setup={setup} onClose={() => setResetting(false)} />}
    </Panel>
  )
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  )
}
