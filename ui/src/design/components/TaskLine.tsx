import { X } from 'lucide-react'
import { IconButton } from '../../design/components/Button'
import { ErrorNotice } from '../../design/components/Notice'
import { Progress } from '../../design/components/Progress'
import { percent } from '../../design/format'
import type { useTask } from '../../ipc/hooks'

/** How far a download or a build is, with its cancel; or why it failed. */
export function TaskLine({ task, label }: { task: ReturnType<typeof useTask>; label: string }) {
  if (task.error && !task.running) return <ErrorNotice error={task.error} />
  if (!task.progress) return null
  const { message, fraction } = task.progress
  return (
    <div className="task">
      <Progress label={label} value={fraction} />
      <span className="num small faint task-share">{fraction === null ? '' : percent(fraction, 0)}</span>
      <IconButton label="Cancel" size="small" icon={<X size={14} />} onClick={task.cancel} />
      <span className="small faint clip task-message">{message}</span>
    </div>
  )
}
