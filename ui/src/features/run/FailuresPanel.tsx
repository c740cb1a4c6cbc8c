import { memo } from 'react'
import { Link } from '@tanstack/react-router'
import { OutcomeBadge } from '../../design/components/Badge'
import { Panel } from '../../design/components/Panel'
import { count, percent, plural } from '../../design/format'
import { modelName } from '../../design/names'
import { useRunFailures } from '../../ipc/hooks'
import type { FailureKind, RunDetail } from '../../ipc/types'
import { besides, failureFilter, failureKey } from './failures'

/** What did not pass, by kind, each with one of its samples. While the run is on it is asked about anew. */
export const FailuresPanel = memo(function FailuresPanel({ detail, live }: { detail: RunDetail; live: boolean }) {
  const run = detail.summary.id
  const asked = useRunFailures(run, live).data
  const kinds = live ? (asked ?? detail.failures) : detail.failures
  if (kinds.length === 0) return null
  const all = kinds.reduce((sum, kind) => sum + kind.count, 0)
  return (
    <Panel title="What did not pass" note={`${plural(all, 'sample')} in ${plural(kinds.length, 'kind')}, each with an example.`} flush data-testid="run-failures">
      <ul className="failures">
        {kinds.map((kind) => (
          <Failure key={failureKey(kind)} run={run} kind={kind} all={all} />
        ))}
      </ul>
    </Panel>
  )
})

function Failure({ run, kind, all }: { run: string; kind: FailureKind; all: number }) {
  const more = besides(kind)
  return (
    <li className="failure" data-testid="run-failure">
      <Link to="/samples" search={{ runs: [run], ...failureFilter(kind) }} className="failure-kind" title="Show all of them">
        <OutcomeBadge verdict={kind.verdict} transport={kind.transport} content={kind.content} plain />
        {more && <span className="small faint">{more}</span>}
      </Link>
      <span className="num failure-count">{count(kind.count)}</span>
      <span className="num faint failure-share">{percent(kind.count / all, 0)}</span>
      <Link to="/samples" search={{ runs: [run], sample: kind.example, ...failureFilter(kind) }} className="failure-example clip" data-testid="run-failure-example">
        <span className="tail-problem">{kind.problem}</span>
        <span className="muted"> {modelName(kind.model)}</span>
        {kind.detail && <span className="faint small"> {kind.detail}</span>}
      </Link>
    </li>
  )
}
