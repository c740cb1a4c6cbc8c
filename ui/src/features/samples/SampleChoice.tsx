import { Link } from '@tanstack/react-router'
import { Badge } from '../../design/components/Badge'
import { Skeleton } from '../../design/components/Bits'
import { ErrorNotice } from '../../design/components/Notice'
import { count } from '../../design/format'
import { strategyName } from '../../design/names'
import { useDecision } from '../../ipc/adaptive'
import { useStrategies } from '../../ipc/hooks'
import type { DecisionView, SampleId, StrategyId } from '../../ipc/types'
import { ChanceRows } from '../adaptive/ChanceTable'
import { SignedBars } from '../adaptive/SignedBars'
import { chance, reward } from '../adaptive/words'
import '../adaptive/Adaptive.css'

/** More say little: they counted for next to nothing. */
const TOLD = 8

/** By which strategy a sample was asked, where that was not its run's. */
export function AskedBy({ id, arm }: { id: SampleId; arm: StrategyId }) {
  const decision = useDecision(id).data
  const title = useStrategies().data?.strategies.find((s) => s.id === arm)?.title
  return (
    <p className="small muted pane-asked" data-testid="sample-asked-by">
      Asked by <strong>{title ?? strategyName(arm)}</strong>
      {decision ? ', chosen by policy' : decision === null ? ', as a policy chose in the run it was copied from' : ''}
    </p>
  )
}

/** Why a policy had a sample asked by its strategy, as things stood when it chose. */
export function SampleChoice({ id, arm }: { id: SampleId; arm: StrategyId | null }) {
  const decision = useDecision(id)
  return (
    <section className="choice" aria-label="Why this strategy" data-testid="sample-choice">
      <header className="choice-head">
        <h3>Why this strategy</h3>
        {decision.data && (
          <span className="small muted">
            by {decision.data.retired ? <>{decision.data.policy}, begun anew since</> : <Link to="/adaptive" search={{ policy: decision.data.policy }}>{decision.data.policy}</Link>}
          </span>
        )}
      </header>
      {decision.error && <ErrorNotice title="The decision could not be read" error={decision.error} />}
      {decision.isPending && <Skeleton lines={3} label="The decision is being read" />}
      {decision.data === null && <p className="small muted">{arm === null ? 'No strategy has been chosen for it.' : 'No decision is stored for it: it was copied from a run in which a policy chose, and the reasons are stored with the original alone.'}</p>}
      {decision.data && <Decision decision={decision.data} />}
    </section>
  )
}

function Decision({ decision: d }: { decision: DecisionView }) {
  const counted = d.features.filter((f) => f.contribution !== null && Math.abs(f.contribution) >= 0.0005 && f.feature !== 'bias').slice(0, TOLD)
  return (
    <>
      <p data-testid="sample-choice-words">{d.words}</p>
      <p className="row">
        {d.explored && <Badge tone="accent">Tried at random</Badge>}
        <Badge tone="plain">Chance {chance(d.propensity)}</Badge>
        <Badge tone="plain" testId="sample-choice-reward">
          {d.reward === null ? 'Reward not learned yet' : `Reward ${reward(d.reward)}`}
        </Badge>
        <span className="small faint num">{count(d.seen)} outcomes were known by then</span>
      </p>
      <ChanceRows arms={d.arms} chosen={d.arm} />
      {counted.length > 0 && (
        <SignedBars label="Features that counted" heading="What it adds to the expected reward, beside the next best strategy" testId="sample-choice-feature" rows={counted.map((f) => ({ key: f.feature, title: f.title, value: f.contribution ?? 0, detail: f.rule }))} />
      )}
    </>
  )
}
