import type { ReactNode } from 'react'
import { CircleAlert, Info, TriangleAlert } from 'lucide-react'
import type { ErrorInfo } from '../../ipc/types'
import { toErrorInfo } from '../../ipc/error'

interface ErrorNoticeProps {
  /** What was being done: `The comparison could not be made`. */
  title?: string
  error: unknown
  /** The button that does what the hint says. */
  action?: ReactNode
  testId?: string
}

/** What happened, why, and what to do, with the button that does it. */
export function ErrorNotice({ title, error, action, testId = 'error-notice' }: ErrorNoticeProps) {
  const info: ErrorInfo = toErrorInfo(error)
  return (
    <div className="notice notice-bad" role="alert" data-testid={testId} data-code={info.code}>
      <CircleAlert size={17} aria-hidden />
      <div className="grow">
        {title && <p className="notice-title">{title}</p>}
        <p className={title ? '' : 'notice-title'}>{sentence(info.message)}</p>
        {info.hint && <p className="notice-hint">{sentence(info.hint)}</p>}
        <p className="notice-code mono">{info.code}</p>
      </div>
      {action && <div className="row">{action}</div>}
    </div>
  )
}

interface NoticeProps {
  tone?: 'info' | 'warn'
  children: ReactNode
  action?: ReactNode
  testId?: string
}

export function Notice({ tone = 'info', children, action, testId }: NoticeProps) {
  const Icon = tone === 'warn' ? TriangleAlert : Info
  return (
    <div className={`notice notice-${tone}`} data-testid={testId}>
      <Icon size={17} aria-hidden />
      <div className="grow">{children}</div>
      {action && <div className="row">{action}</div>}
    </div>
  )
}

interface EmptyStateProps {
  icon: ReactNode
  title: string
  /** What will stand here. */
  children: ReactNode
  /** The one action that fills it. */
  action?: ReactNode
  testId?: string
}

export function EmptyState({ icon, title, children, action, testId }: EmptyStateProps) {
  return (
    <div className="empty" data-testid={testId}>
      <div className="empty-icon" aria-hidden>
        {icon}
      </div>
      <p className="empty-title">{title}</p>
      <div className="empty-text">{children}</div>
      {action && <div className="row">{action}</div>}
    </div>
  )
}

/** Errors arrive as fragments; on a page they are sentences. */
export function sentence(text: string): string {
  const trimmed = text.trim()
  if (trimmed === '') return trimmed
  // A file, a model or a variable keeps its own spelling.
  const named = /^\S*[._:/=]\S/.test(trimmed)
  const first = named ? trimmed : trimmed.charAt(0).toUpperCase() + trimmed.slice(1)
  return /[.!?…)]$/.test(first) ? first : `${first}.`
}
