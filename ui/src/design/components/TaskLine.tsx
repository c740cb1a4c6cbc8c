import { X } from 'lucide-react'
import { IconButton } from './Button'
import { ErrorNotice } from './Notice'
import { Progress } from './Progress'
import { percent } from '../format'
import './TaskLine.css'

interface Task {
  progress: { message: string; fraction: number | null } | null
  /** Shown once it does not run any more. */
  error?: unknown
  running?: boolean
  cancel: () => void
}

/** How far a download or a build is, with its cancel; or why it failed. */
export function TaskLine({ task, label }: { task: Task; label: string }) {
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
