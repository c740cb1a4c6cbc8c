import { CircleAlert, CircleCheck, Stethoscope } from 'lucide-react'
import { Button } from '../../design/components/Button'
import { Skeleton } from '../../design/components/Bits'
import { ErrorNotice, sentence } from '../../design/components/Notice'
import { Panel } from '../../design/components/Panel'
import { useDoctor, useStatus } from '../../ipc/hooks'
import type { AppStatus } from '../../ipc/types'
import { Languages } from './Languages'

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
      <Languages status={status} />
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
