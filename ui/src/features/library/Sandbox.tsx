import { CircleAlert, CircleCheck, Hammer, Stethoscope } from 'lucide-react'
import { Badge } from '../../design/components/Badge'
import { Button } from '../../design/components/Button'
import { Skeleton } from '../../design/components/Bits'
import { CodeView } from '../../design/components/Code'
import { ErrorNotice, sentence } from '../../design/components/Notice'
import { Facts, Panel } from '../../design/components/Panel'
import { shortDigest } from '../../design/format'
import { useDoctor, useStatus, useTask } from '../../ipc/hooks'
import type { AppStatus, LanguageStatus } from '../../ipc/types'
import { TaskLine } from './TaskLine'

export function Sandbox({ status }: { status: AppStatus }) {
  const { refetch, isFetching } = useStatus()
  const doctor = useDoctor(status.engine.ok)
  return (
    <div className="stack">
      {!status.engine.ok && (
        <ErrorNotice
          title="Programs cannot be run"
          error={{ code: 'engine-unreachable', message: status.engine.detail, hint: status.engine.hint }}
          action={
            <Button busy={isFetching} onClick={() => void refetch()} data-testid="sandbox-check-engine">
              Check again
            </Button>
          }
        />
      )}
      <Panel title="Languages" note={status.engine.ok ? status.engine.detail : undefined} flush>
        <ul className="things">
          {status.languages.map((l) => (
            <LanguageRow key={l.language} language={l} engine={status.engine.ok} />
          ))}
        </ul>
      </Panel>
      <Panel
        title="Checks"
        note="Each is tried for real, in a container of its own."
        actions={
          <Button icon={<Stethoscope size={15} aria-hidden />} busy={doctor.isFetching} disabled={!status.engine.ok} onClick={() => void doctor.refetch()} data-testid="sandbox-doctor">
            Run the checks
          </Button>
        }
      >
        {doctor.error ? (
          <ErrorNotice title="The checks could not be run" error={doctor.error} />
        ) : doctor.data ? (
          <ul className="checks" data-testid="sandbox-checks">
            {doctor.data.map((c) => (
              <li key={c.name} data-ok={c.ok}>
                {c.ok ? <CircleCheck size={16} className="tone-ok" role="img" aria-label="holds" /> : <CircleAlert size={16} className="tone-bad" role="img" aria-label="does not hold" />}
                <div>
                  <p>{c.name}</p>
                  <p className="small faint">{sentence(c.detail)}</p>
                  {c.hint && <p className="small muted">{sentence(c.hint)}</p>}
                </div>
              </li>
            ))}
          </ul>
        ) : doctor.isFetching ? (
          <Skeleton lines={5} label="The checks are being run" />
        ) : (
          <p className="small muted">They can be run once the container engine answers.</p>
        )}
      </Panel>
    </div>
  )
}

function LanguageRow({ language, engine }: { language: LanguageStatus; engine: boolean }) {
  const task = useTask('sandbox', language.language)
  return (
    <li className="thing thing-top" data-testid={`sandbox-${language.language}`} data-ready={language.ready}>
      <div className="grow">
        <p className="thing-title">{language.title}</p>
        <Facts
          className="thing-facts"
          facts={[
            ['Image', <span key="i" className="mono">{language.image}</span>],
            ...(language.toolchain ? [['Toolchain', language.toolchain] as const] : []),
            ...(language.digest ? [['Digest', <span key="d" className="mono" title={language.digest}>{shortDigest(language.digest)}</span>] as const] : []),
          ]}
        />
        <TaskLine task={task} label={`Building the ${language.title} image`} />
        {task.log.length > 1 && <CodeView label="Log of the build" code={task.log.slice(-12).join('\n')} bare />}
      </div>
      <Badge tone={language.ready ? 'ok' : 'bad'}>{language.ready ? 'Built' : 'Not built'}</Badge>
      <Button icon={<Hammer size={15} aria-hidden />} kind={language.ready ? 'quiet' : 'primary'} busy={task.running} disabled={!engine} onClick={() => task.start()} data-testid={`sandbox-build-${language.language}`}>
        {language.ready ? 'Build again' : 'Build'}
      </Button>
    </li>
  )
}
