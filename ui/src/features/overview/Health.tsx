import type { ReactNode } from 'react'
import { Link } from '@tanstack/react-router'
import { RefreshCw } from 'lucide-react'
import { Button, IconButton } from '../../design/components/Button'
import { Progress } from '../../design/components/Progress'
import { Panel } from '../../design/components/Panel'
import { sentence } from '../../design/components/Notice'
import { bytes, plural } from '../../design/format'
import { languageName } from '../../design/names'
import { useBuildCommands, useBuilds, useStatus, useTask } from '../../ipc/hooks'
import { isLocal } from '../evaluate/spec'
import type { AppStatus, DatasetStatus, LanguageStatus, ModelStatus } from '../../ipc/types'

/** Whether an evaluation can be run here, and the button that mends what is not right. */
export function Health({ status }: { status: AppStatus }) {
  const { refetch, isFetching } = useStatus()
  const local = status.models.filter(isLocal)
  const models = local.filter((m) => m.ready)
  const sets = status.datasets.filter((d) => d.state === 'ready')
  const damaged = status.datasets.filter((d) => d.state === 'damaged')
  const missing = status.datasets.filter((d) => d.state === 'missing')
  return (
    <Panel
      title="What is needed"
      data-testid="health"
      actions={<IconButton label="Check again" size="small" icon={<RefreshCw size={14} className={isFetching ? 'spin' : ''} />} onClick={() => void refetch()} />}
    >
      <ul className="health-list">
        <Item ok={status.engine.ok} title="Container engine" detail={status.engine.detail} hint={status.engine.hint}>
          {!status.engine.ok && (
            <Button size="small" onClick={() => void refetch()} data-testid="health-check-engine">
              Check again
            </Button>
          )}
        </Item>
        <LanguagesItem languages={status.languages} engine={status.engine.ok} />
        <Item ok={models.length > 0} title="Local models" detail={models.length > 0 ? models.map((m) => m.title).join(', ') : 'none is installed'}>
          {models.length === 0 && local[0] && <PullModel model={local[0]} />}
        </Item>
        <Item ok={sets.length > 0 && damaged.length === 0} title="Data sets" detail={damaged.length > 0 ? `${damaged.map((d) => d.title).join(', ')} damaged` : sets.map((d) => `${d.title} (${d.n_problems})`).join(', ') || 'none is installed'}>
          {[...damaged, ...(sets.length === 0 ? missing.slice(0, 1) : [])].map((d) => (
            <PullDataset key={d.id} dataset={d} />
          ))}
        </Item>
      </ul>
      <p className="health-more small">
        <Link to="/library">{plural(status.models.length, 'model')} and {plural(status.datasets.length, 'data set')} in the library</Link>
      </p>
    </Panel>
  )
}

function Item({ ok, title, detail, hint, children }: { ok: boolean; title: string; detail: string; hint?: string | null; children?: ReactNode }) {
  return (
    <li className="health-item" data-ok={ok}>
      <span className={`dot ${ok ? 'dot-ok' : 'dot-bad'}`} role="img" aria-label={ok ? 'ready' : 'needs care'} />
      <div className="grow">
        <p>{title}</p>
        <p className="faint small">{detail}</p>
        {hint && <p className="small muted">{sentence(hint)}</p>}
        {children && <div className="health-actions">{children}</div>}
      </div>
    </li>
  )
}

/** One language is enough to begin with; the rest are a click away. */
function LanguagesItem({ languages, engine }: { languages: readonly LanguageStatus[]; engine: boolean }) {
  const { start } = useBuildCommands()
  const builds = useBuilds()
  const ready = languages.filter((l) => l.ready)
  const missing = languages.filter((l) => !l.ready)
  const building = builds.find((b) => b.state === 'running')
  const failed = builds.find((b) => b.state === 'failed')
  const first = languages.find((l) => l.language === 'python') ?? languages[0]
  const names = (some: readonly LanguageStatus[]) => some.map((l) => l.title).join(', ')
  return (
    <Item ok={ready.length > 0} title="Languages" detail={ready.length > 0 ? names(ready) : 'no image is built yet'}>
      {missing.length > 0 && !building && (
        <>
          {ready.length === 0 && first && (
            <Button size="small" disabled={!engine} onClick={() => start(first.language, false)} data-testid={`health-build-${first.language}`}>
              Build {first.title}
            </Button>
          )}
          <Link to="/library" search={{ tab: 'sandbox' }} className="btn btn-secondary btn-small" data-testid="health-languages">
            {ready.length === 0 ? 'Choose others' : `Build ${plural(missing.length, 'more', 'more')}`}
          </Link>
        </>
      )}
      {building && <Progress label={`Building ${languageName(building.language)}`} value={null} thin />}
      {building && <p className="small faint clip">Building {languageName(building.language)}</p>}
      {failed && !building && <p className="small tone-bad">{languageName(failed.language)} was not built: {failed.error?.message}</p>}
    </Item>
  )
}

function PullModel({ model }: { model: ModelStatus }) {
  const task = useTask('model', model.id)
  return (
    <>
      <Button size="small" busy={task.running} onClick={() => task.start()} data-testid={`health-pull-${model.id}`}>
        Install {model.title} ({bytes(model.bytes)})
      </Button>
      {task.progress && <Progress label="Download" value={task.progress.fraction} thin />}
      {task.error && <p className="small tone-bad">{task.error.message}</p>}
    </>
  )
}

function PullDataset({ dataset }: { dataset: DatasetStatus }) {
  const task = useTask('dataset', dataset.id)
  return (
    <>
      <Button size="small" busy={task.running} onClick={() => task.start()}>
        Fetch {dataset.title} {dataset.state === 'damaged' && 'again'}
      </Button>
      {task.progress && <Progress label="Download" value={task.progress.fraction} thin />}
      {task.error && <p className="small tone-bad">{task.error.message}</p>}
    </>
  )
}
