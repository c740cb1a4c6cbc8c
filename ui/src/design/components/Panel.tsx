import { useId, type ReactNode } from 'react'

interface PanelProps {
  title?: ReactNode
  /** One line under the title. */
  note?: ReactNode
  /** Buttons at the right of the title. */
  actions?: ReactNode
  children: ReactNode
  /** Without padding, for tables that reach the edge. */
  flush?: boolean
  className?: string
  'data-testid'?: string
}

export function Panel({ title, note, actions, children, flush = false, className = '', ...rest }: PanelProps) {
  const id = useId()
  return (
    <section className={`panel ${flush ? 'panel-flush' : ''} ${className}`} aria-labelledby={title ? id : undefined} {...rest}>
      {(title || actions) && (
        <header className="panel-head">
          <div className="grow">
            {title && <h2 id={id}>{title}</h2>}
            {note && <p className="panel-note">{note}</p>}
          </div>
          {actions && <div className="row">{actions}</div>}
        </header>
      )}
      <div className="panel-body">{children}</div>
    </section>
  )
}

interface PageProps {
  title: ReactNode
  lead?: ReactNode
  actions?: ReactNode
  children: ReactNode
  /** The content manages its own scrolling and fills the window. */
  fill?: boolean
  testId?: string
}

/** The frame of every page: a heading, one line about it, its actions. */
export function Page({ title, lead, actions, children, fill = false, testId }: PageProps) {
  return (
    <div className={`page ${fill ? 'page-fill' : ''}`} data-testid={testId}>
      <header className="page-head">
        <div className="grow">
          <h1 tabIndex={-1}>{title}</h1>
          {lead && <div className="page-lead">{lead}</div>}
        </div>
        {actions && <div className="row page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  )
}

interface FactsProps {
  facts: readonly (readonly [term: string, value: ReactNode])[]
  className?: string
  testId?: string
}

/** Terms and values in two columns. */
export function Facts({ facts, className = '', testId }: FactsProps) {
  return (
    <dl className={`facts ${className}`} data-testid={testId}>
      {facts.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
