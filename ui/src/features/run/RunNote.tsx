import { memo } from 'react'
import { Link } from '@tanstack/react-router'
import { Panel } from '../../design/components/Panel'
import { plural } from '../../design/format'
import type { RunDetail } from '../../ipc/types'

/** What is to be remembered of a run, and which runs it was made of. */
export const RunNote = memo(function RunNote({ detail }: { detail: RunDetail }) {
  const { note, origin } = detail.summary
  return (
    <>
      {note && (
        <Panel title="Note" data-testid="run-note">
          <p className="run-note">{note}</p>
        </Panel>
      )}
      {detail.sources.length > 0 && (
        <Panel title={origin === 'split' ? 'Split from' : 'Merged of'} note="Each has its own settings." data-testid="run-sources">
          <ul className="run-sources">
            {detail.sources.map((source) => (
              <li key={source.run}>
                <span className="grow clip" title={source.name}>
                  {source.there ? (
                    <Link to="/runs/$runId" params={{ runId: source.run }}>
                      {source.name}
                    </Link>
                  ) : (
                    <span className="muted">{source.name}, deleted</span>
                  )}
                </span>
                <span className="num muted">{plural(source.samples, 'sample')}</span>
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  )
})
