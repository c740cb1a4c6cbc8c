import { Link } from '@tanstack/react-router'
import { CircleCheck, TriangleAlert } from 'lucide-react'
import { Button } from '../../design/components/Button'
import { Dialog } from '../../design/components/Dialog'
import { ErrorNotice, Notice } from '../../design/components/Notice'
import { Scroll } from '../../design/components/Scroll'
import { TaskLine } from '../../design/components/TaskLine'
import { count, plural } from '../../design/format'
import { strategyName } from '../../design/names'
import { useReplay } from '../../ipc/adaptive'
import { toErrorInfo } from '../../ipc/error'
import type { LogEstimate, PolicySummary, ReplayView } from '../../ipc/types'
import { reward, rewardInterval } from './words'

/** More are no help: one is enough to look into. */
const SHOWN = 20

/** Every decision made again from what was known at the time, and whether it comes out the same. */
export function ReplayDialog({ open, policy, onClose }: { open: boolean; policy: PolicySummary; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title={`Make the decisions of ${policy.name} again`} wide testId="policy-replay-dialog">
      <Replay policy={policy} onClose={onClose} />
    </Dialog>
  )
}

function Replay({ policy, onClose }: { policy: PolicySummary; onClose: () => void }) {
  const replay = useReplay()
  const cancelled = replay.error !== null && toErrorInfo(replay.error).code === 'cancelled'
  return (
    <div className="stack">
      <p>
        {plural(policy.decisions, 'decision')} are made again, each with what the policy knew at that time, and compared with what is stored, to the last bit. Nothing is changed.
      </p>
      <TaskLine task={{ progress: replay.progress, running: replay.running, cancel: replay.cancel }} label="Decisions are made again" />
      {replay.error && (cancelled ? <Notice>Stopped. Nothing was changed.</Notice> : <ErrorNotice title="The decisions could not be made again" error={replay.error} />)}
      {replay.found && <Result found={replay.found} />}
      <div className="row dialog-actions">
        <Button onClick={onClose}>Close</Button>
        <Button kind="primary" busy={replay.running} onClick={() => replay.start(policy.name)} data-autofocus data-testid="policy-replay-yes">
          {replay.found ? 'Once more' : 'Make them again'}
        </Button>
      </div>
    </div>
  )
}

function Result({ found }: { found: ReplayView }) {
  const all = found.differing.length === 0
  return (
    <div role="status" data-testid="policy-replay-result" data-same={all}>
      <p className="row">
        {all ? <CircleCheck size={16} aria-hidden className="replay-same" /> : <TriangleAlert size={16} aria-hidden className="replay-differs" />}
        <strong>{all ? `All ${count(found.decisions)} come out the same.` : `${count(found.same)} of ${count(found.decisions)} come out the same.`}</strong>
      </p>
      {!all && (
        <ul className="small">
          {found.differing.slice(0, SHOWN).map((d) => (
            <li key={d.sample}>
              <Link to="/samples" search={{ sample: d.sample }}>
                Sample {d.sample}
              </Link>
              : {strategyName(d.stored)} was stored, {strategyName(d.again)} comes out.
            </li>
          ))}
          {found.differing.length > SHOWN && <li>{count(found.differing.length - SHOWN)} more.</li>}
        </ul>
      )}
      {found.estimates.length > 0 && <Estimates estimates={found.estimates} />}
    </div>
  )
}

function Estimates({ estimates }: { estimates: readonly LogEstimate[] }) {
  return (
    <section className="replay-estimates" aria-label="What each strategy would have earned everywhere">
      <h3>Had it always taken one strategy</h3>
      <p className="small muted">The mean reward each would have earned everywhere, estimated from what was chosen at random. Few rounds and large weights make this a guess.</p>
      <Scroll label="Estimated mean rewards">
        <table className="table" aria-label="Estimated mean rewards">
          <thead>
            <tr>
              <th scope="col">Strategy</th>
              <th scope="col" className="cell-right">
                Mean reward
              </th>
              <th scope="col" className="cell-right" title="Logged rounds, and how many of its own would say as much">
                Rounds
              </th>
              <th scope="col" className="cell-right">
                Largest weight
              </th>
              <th scope="col">By</th>
            </tr>
          </thead>
          <tbody>
            {estimates.map((e) => (
              <tr key={`${e.arm} ${e.estimator}`} data-testid="replay-estimate" data-arm={e.arm}>
                <td>{e.title}</td>
                <td className="cell-right num">
                  <span className="score-text">
                    <strong>{reward(e.estimate.value)}</strong>
                    <span className="faint">{rewardInterval(e.estimate)}</span>
                  </span>
                </td>
                <td className="cell-right num">
                  {count(e.n)} <span className="faint small">worth {count(Math.round(e.effective_n))}</span>
                </td>
                <td className="cell-right num">{e.largest_weight.toFixed(1)}</td>
                <td>{e.estimator}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  )
}
