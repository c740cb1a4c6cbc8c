import { useEffect, useRef } from 'react'
import { Link } from '@tanstack/react-router'
import { Progress } from '../design/components/Progress'
import { useToasts } from '../design/components/Toast'
import { count, percent, plural } from '../design/format'
import { useRunFeed, useRuns } from '../ipc/hooks'
import type { RunSummary } from '../ipc/types'

/** The run that is on, in the top bar of every page; tells the live region every tenth of the way. */
export function RunTicker() {
  const running = useRuns().data?.filter((r) => r.status === 'running') ?? []
  const [first, ...others] = running
  if (!first) return null
  return <Ticker key={first.id} run={first} others={others.length} />
}

function Ticker({ run, others }: { run: RunSummary; others: number }) {
  const feed = useRunFeed(run.id)
  const progress = feed?.progress ?? run.progress
  const share = progress.total > 0 ? progress.done / progress.total : 0
  const { announce, done } = useToasts()
  const tenth = useRef(Math.floor(share * 10))
  useEffect(() => {
    const now = Math.floor(share * 10)
    if (now > tenth.current) announce(`${run.name}: ${progress.done} of ${plural(progress.total, 'sample')} done`)
    tenth.current = now
  }, [share, announce, run.name, progress.done, progress.total])
  const finished = feed?.finished
  const told = useRef(false)
  useEffect(() => {
    if (finished && !told.current) {
      told.current = true
      done(`${run.name}: ${finished.status}, ${count(progress.done)} of ${plural(progress.total, 'sample')}`)
    }
  }, [finished, done, run.name, progress.done, progress.total])
  return (
    <Link to="/runs/$runId" params={{ runId: run.id }} className="ticker" data-testid="run-ticker">
      <span className="ticker-name clip">{run.name}</span>
      <span className="ticker-bar">
        <Progress label={`${run.name}, progress`} value={share} thin />
      </span>
      <span className="num">{percent(share, 0)}</span>
      {progress.paused && <span className="faint">paused</span>}
      {others > 0 && <span className="faint">+{others}</span>}
    </Link>
  )
}
