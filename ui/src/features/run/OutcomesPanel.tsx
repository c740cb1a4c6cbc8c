import { memo } from 'react'
import { Link } from '@tanstack/react-router'
import { Panel } from '../../design/components/Panel'
import { PartsBar } from '../../design/components/Progress'
import { count, percent } from '../../design/format'
import type { RunProgress } from '../../ipc/types'
import { outcomes, type Outcome } from './outcomes'

const outcomeColour = (o: Outcome): string => {
  if (o.verdict === 'passed') return 'var(--ok)'
  if (o.verdict === 'failed') return 'var(--bad)'
  if (o.verdict === null || o.verdict === 'infrastructure') return 'var(--mute)'
  return o.verdict === 'exception' || o.verdict === 'compile_error' ? 'var(--odd)' : 'var(--warn)'
}

/** What became of the samples that are done, as parts of a whole. */
export const OutcomesPanel = memo(function OutcomesPanel({ runId, progress }: { runId: string; progress: RunProgress }) {
  const list = outcomes(progress)
  if (progress.done === 0) return null
  return (
    <Panel title="What became of them" note="A kind leads to its samples.">
      <PartsBar label="Outcomes" total={progress.done} testId="run-outcomes" parts={list.map((o) => ({ key: o.key, label: o.label, value: o.count, colour: outcomeColour(o) }))} />
      <ul className="outcomes">
        {list.map((o) => (
          <li key={o.key}>
            <Link to="/samples" search={{ runs: [runId], ...o.filter }} className="outcome">
              <span className="outcome-mark" style={{ background: outcomeColour(o) }} aria-hidden />
              <span className="grow">{o.label}</span>
              <span className="num">{count(o.count)}</span>
              <span className="num faint outcome-share">{percent(o.count / progress.done, 1)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  )
})
