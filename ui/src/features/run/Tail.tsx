import { memo } from 'react'
import { Link } from '@tanstack/react-router'
import { OutcomeBadge } from '../../design/components/Badge'
import { Panel } from '../../design/components/Panel'
import { modelName } from '../../design/names'
import type { SampleDone } from '../../ipc/feed'

const SHOWN = 14

/** The newest samples of a run that were heard of. */
export const Tail = memo(function Tail({ tail, live }: { tail: readonly SampleDone[]; live: boolean }) {
  return (
    <Panel title={live ? 'Just done' : 'Last done'} flush>
      <ol className="tail" data-testid="run-tail">
        {tail.slice(0, SHOWN).map((s) => (
          <Row key={s.sample} sample={s} />
        ))}
      </ol>
    </Panel>
  )
})

const Row = memo(function Row({ sample: s }: { sample: SampleDone }) {
  return (
    <li>
      <Link to="/samples" search={{ runs: [s.run], sample: s.sample }} className="tail-row">
        <span className="tail-problem">{s.problem}</span>
        <span className="num faint">#{s.index + 1}</span>
        <span className="clip muted tail-model">{modelName(s.model)}</span>
        <OutcomeBadge verdict={s.verdict} transport={s.transport} content={s.content} plain />
        <span className="clip faint small tail-detail">{s.detail}</span>
      </Link>
    </li>
  )
})
