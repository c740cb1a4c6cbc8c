import { useState } from 'react'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { Download, FileUp, RefreshCw, ShieldCheck } from 'lucide-react'
import { Badge } from '../../design/components/Badge'
import { Button } from '../../design/components/Button'
import { Skeleton, Tabs } from '../../design/components/Bits'
import { ErrorNotice } from '../../design/components/Notice'
import { Page, Panel } from '../../design/components/Panel'
import { useToasts } from '../../design/components/Toast'
import { count, shortDigest } from '../../design/format'
import { languageName } from '../../design/names'
import { useDatasetCommands, useStatus, useSystem, useTask } from '../../ipc/hooks'
import type { AppStatus, DatasetState, DatasetStatus } from '../../ipc/types'
import type { LibraryTab } from '../../app/address'
import { Benchmarks } from '../benchmarks/Benchmarks'
import { Strategies } from '../strategies/Strategies'
import { Models } from './Models'
import { Sandbox } from './Sandbox'
import { TaskLine } from '../../design/components/TaskLine'
import './Library.css'

const route = getRouteApi('/library')

const LEADS: Record<LibraryTab, string> = {
  models: 'Models that run here, on servers, or with services; their keys, prices, and a prompt to try them.',
  strategies: 'How models are asked: what ships with Assay, and your own.',
  datasets: 'Problems with their tests, each held to its checksum.',
  sandbox: 'What programs can be run in: one image a language, shut off, limited, and checked.',
  benchmarks: 'How fast this machine works: the same samples one after another, and all at once.',
}

export function LibraryPage() {
  const { tab = 'models', strategy } = route.useSearch()
  const navigate = useNavigate()
  const status = useStatus()
  return (
    <Page
      title="Library"
      testId="page-library"
      lead={LEADS[tab]}
      actions={
        <Button icon={<RefreshCw size={15} aria-hidden />} busy={status.isFetching} onClick={() => void status.refetch()}>
          Check again
        </Button>
      }
    >
      {status.error && <ErrorNotice title="The state of the program could not be read" error={status.error} />}
      <Tabs<LibraryTab>
        label="Library"
        value={tab}
        tabs={[
          { value: 'models', label: 'Models', testId: 'library-models' },
          { value: 'strategies', label: 'Strategies', testId: 'library-strategies' },
          { value: 'datasets', label: 'Data sets', testId: 'library-datasets' },
          { value: 'sandbox', label: 'Languages', testId: 'library-sandbox' },
          { value: 'benchmarks', label: 'Benchmarks', testId: 'library-benchmarks' },
        ]}
        onChange={(t) => void navigate({ to: '/library', search: { tab: t === 'models' ? undefined : t } })}
      >
        <div className="library">
          {!status.data ? (
            <Panel>
              <Skeleton lines={5} height="1.5rem" label="The library is being read" />
            </Panel>
          ) : tab === 'models' ? (
            <Models status={status.data} />
          ) : tab === 'strategies' ? (
            <Strategies chosen={strategy} />
          ) : tab === 'datasets' ? (
            <Datasets status={status.data} />
          ) : tab === 'benchmarks' ? (
            <Benchmarks status={status.data} />
          ) : (
            <Sandbox status={status.data} />
          )}
        </div>
      </Tabs>
    </Page>
  )
}

const states: Record<DatasetState, { tone: 'ok' | 'mute' | 'bad'; label: string }> = {
  ready: { tone: 'ok', label: 'Ready' },
  missing: { tone: 'mute', label: 'Not fetched' },
  damaged: { tone: 'bad', label: 'Damaged' },
}

function Datasets({ status }: { status: AppStatus }) {
  const { importFile } = useDatasetCommands()
  const system = useSystem()
  const toasts = useToasts()
  const [chosen, setChosen] = useState<string | null>(null)
  const choose = async () => {
    importFile.reset()
    try {
      const path = await system.chooseFile({ title: 'Import problems', extensions: ['jsonl', 'json', 'gz'] })
      if (path === null) return
      setChosen(path)
      const made = await importFile.mutateAsync({ path, id: null })
      toasts.done(`${made.title}: ${count(made.n_problems)} problems imported.`)
    } catch {
      // Shown below, where there is room for line and field.
    }
  }
  return (
    <div className="stack">
      <Panel title="Data sets" flush>
        <ul className="things">
          {status.datasets.map((d) => (
            <Dataset key={`${d.id} ${d.version}`} dataset={d} />
          ))}
        </ul>
      </Panel>
      <Panel
        title="Your own problems"
        note="A file of JSON lines, as HumanEval has them: task_id, prompt, tests, entry_point and, if there is one, canonical_solution."
        actions={
          <Button icon={<FileUp size={15} aria-hidden />} busy={importFile.isPending} onClick={() => void choose()} data-testid="library-import">
            Import a file
          </Button>
        }
      >
        {importFile.error ? <ErrorNotice title={`${chosen ?? 'The file'} was not imported; nothing was changed`} error={importFile.error} /> : <p className="small muted">Every line is checked before anything is kept.</p>}
      </Panel>
    </div>
  )
}

function Dataset({ dataset }: { dataset: DatasetStatus }) {
  const task = useTask('dataset', dataset.id)
  const { verify } = useDatasetCommands()
  const toasts = useToasts()
  const look = states[dataset.state]
  return (
    <li className="thing" data-testid={`library-dataset-${dataset.id}`} data-state={dataset.state}>
      <div className="grow">
        <p className="thing-title">
          {dataset.title} <span className="faint small num">{dataset.version}</span> {dataset.imported && <Badge>Imported</Badge>}
        </p>
        <p className="small faint num">
          {count(dataset.n_problems)} problems, {dataset.licence}, {dataset.languages.map(languageName).join(', ')}
          {dataset.sha256 && (
            <>
              , <span className="mono" title={dataset.sha256}>{shortDigest(dataset.sha256)}</span>
            </>
          )}
        </p>
        <TaskLine task={task} label={`Fetching ${dataset.title}`} />
      </div>
      <Badge tone={look.tone}>{look.label}</Badge>
      {dataset.state === 'ready' ? (
        <Button
          kind="quiet"
          icon={<ShieldCheck size={15} aria-hidden />}
          busy={verify.isPending}
          data-testid={`library-verify-${dataset.id}`}
          onClick={() =>
            verify.mutate(dataset.id, {
              onSuccess: (d) => (d.state === 'ready' ? toasts.done(`${d.title} is whole.`) : toasts.failed({ code: 'dataset-damaged', message: `${d.title} does not have its checksum`, hint: 'fetch it again' })),
              onError: toasts.failed,
            })
          }
        >
          Verify
        </Button>
      ) : (
        <Button icon={<Download size={15} aria-hidden />} busy={task.running} onClick={() => task.start()} data-testid={`library-pull-dataset-${dataset.id}`}>
          {dataset.state === 'damaged' ? 'Fetch again' : 'Fetch'}
        </Button>
      )}
    </li>
  )
}
