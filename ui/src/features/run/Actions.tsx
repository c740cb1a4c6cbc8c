import { memo, useCallback, useState } from 'react'
import { Link, useNavigate } from '@tanstack/react-router'
import { ChartNoAxesColumn, Ellipsis, FileText, Pause, Play, Rows3, Square } from 'lucide-react'
import { Button } from '../../design/components/Button'
import { Confirm } from '../../design/components/Dialog'
import { Select } from '../../design/components/Form'
import { Menu } from '../../design/components/Menu'
import { TaskLine } from '../../design/components/TaskLine'
import { useToasts } from '../../design/components/Toast'
import { PRIORITIES, priorityName } from '../../design/names'
import { toErrorInfo } from '../../ipc/error'
import { useRunCommands } from '../../ipc/hooks'
import type { Priority, RunDetail, RunStatus } from '../../ipc/types'
import { UpkeepDialogs } from '../upkeep/UpkeepDialogs'
import { useRunUpkeep } from '../upkeep/useRunUpkeep'
import { canResume } from './runs'

/** What can be done with a run: steer it while it is on, look closer at what it made, name, tag, split or delete it. */
export const Actions = memo(function Actions({ detail, status, paused }: { detail: RunDetail; status: RunStatus; paused: boolean }) {
  const { summary: run } = detail
  const { cancel, resume, fetch, pause } = useRunCommands()
  const toasts = useToasts()
  const navigate = useNavigate()
  const [asking, setAsking] = useState(false)
  const toRuns = useCallback(() => void navigate({ to: '/runs' }), [navigate])
  const upkeep = useRunUpkeep({ onGone: toRuns })
  const has = run.progress.done > 0 || status !== 'running'
  return (
    <>
      <TaskLine task={fetch} label="Downloading models before the run goes on" />
      {status === 'running' && (
        <>
          <PriorityChoice run={run.id} priority={detail.priority} />
          <Button
            icon={paused ? <Play size={15} aria-hidden /> : <Pause size={15} aria-hidden />}
            busy={pause.isPending}
            onClick={() => pause.mutate({ run: run.id, paused: !paused }, { onSuccess: () => toasts.announce(`${run.name}: ${paused ? 'goes on' : 'paused'}`), onError: toasts.failed })}
            title={paused ? 'Go on from where it was' : 'Begin nothing new; what is under way is finished'}
            data-testid="run-pause"
          >
            {paused ? 'Continue' : 'Pause'}
          </Button>
        </>
      )}
      {status === 'running' && (
        <Button kind="danger" icon={<Square size={14} aria-hidden />} busy={cancel.isPending} onClick={() => setAsking(true)} data-testid="run-cancel">
          Cancel
        </Button>
      )}
      {canResume(status) && run.origin === 'evaluated' && (
        <Button kind="primary" icon={<Play size={15} aria-hidden />} busy={resume.isPending} onClick={() => resume.mutate(run.id, { onError: (error) => toErrorInfo(error).code !== 'cancelled' && toasts.failed(error) })} data-testid="run-resume">
          Resume
        </Button>
      )}
      {has && (
        <>
          <Link to="/compare" search={{ runs: [run.id] }} className="btn btn-secondary btn-medium" data-testid="run-compare">
            <ChartNoAxesColumn size={15} aria-hidden />
            <span>Compare</span>
          </Link>
          <Link to="/samples" search={{ runs: [run.id] }} className="btn btn-secondary btn-medium" data-testid="run-samples">
            <Rows3 size={15} aria-hidden />
            <span>Samples</span>
          </Link>
          <Link to="/reports" search={{ runs: [run.id] }} className="btn btn-secondary btn-medium" data-testid="run-report">
            <FileText size={15} aria-hidden />
            <span>Report</span>
          </Link>
        </>
      )}
      <Menu label="More to do with this run" items={upkeep.items([{ ...run, status }])} className="icon-btn icon-btn-medium" testId="run-menu">
        <Ellipsis size={16} aria-hidden />
      </Menu>
      <UpkeepDialogs asking={upkeep.asking} onClose={() => upkeep.ask(null)} onMade={toRuns} />
      <Confirm
        open={asking}
        danger
        title="Cancel this run?"
        confirm="Cancel the run"
        testId="run-cancel-confirm"
        onClose={() => setAsking(false)}
        onConfirm={() => cancel.mutate(run.id, { onError: toasts.failed })}
      >
        The samples that are done stay usable, and the rest can be resumed later.
      </Confirm>
    </>
  )
})

/** How much of what runs share falls to this one. */
function PriorityChoice({ run, priority }: { run: string; priority: Priority }) {
  const { prioritise } = useRunCommands()
  const toasts = useToasts()
  const shown = prioritise.isPending ? prioritise.variables.priority : priority
  return (
    <label className="run-priority small" title="How much of what runs share, requests and containers, falls to this one">
      <span className="muted">Priority</span>
      <Select
        value={shown}
        options={PRIORITIES.map((p) => ({ value: p, label: priorityName(p) }))}
        onChange={(to) => prioritise.mutate({ run, priority: to }, { onError: toasts.failed })}
        data-testid="run-priority"
      />
    </label>
  )
}
