import { createContext, use, useState } from 'react'
import { Link } from '@tanstack/react-router'
import { Ellipsis, NotebookPen } from 'lucide-react'
import { Badge, StatusBadge } from '../../design/components/Badge'
import { Checkbox, Input } from '../../design/components/Form'
import { Menu, type MenuItem } from '../../design/components/Menu'
import { ModelLabels } from '../../design/components/Model'
import { Progress } from '../../design/components/Progress'
import { ScoreText } from '../../design/components/Score'
import type { ColumnDef } from '../../design/components/Table'
import { useToasts } from '../../design/components/Toast'
import { count, when } from '../../design/format'
import { originName, strategyName } from '../../design/names'
import { useUpkeepCommands } from '../../ipc/upkeep'
import type { RunSummary } from '../../ipc/types'

export interface RunsTable {
  shown: readonly RunSummary[]
  chosen: ReadonlySet<string>
  choose: (ids: ReadonlySet<string>) => void
  /** The run whose name is being written. */
  naming: string | null
  name: (run: string | null) => void
  onTag: (tag: string) => void
  menu: (run: RunSummary) => MenuItem[]
  datasetTitle: (id: string) => string
}

const RunsTableContext = createContext<RunsTable | null>(null)

/** What the cells of the table of runs know of it. */
export const RunsTableProvider = RunsTableContext.Provider

function useRunsTable(): RunsTable {
  const table = use(RunsTableContext)
  if (!table) throw new Error('a cell of the runs outside of its table')
  return table
}

/** The columns of the list of runs: always the same ones, so that no cell loses its focus or what is typed in it. */
export const RUN_COLUMNS: ColumnDef<RunSummary, unknown>[] = [
  {
    id: 'pick',
    enableSorting: false,
    header: () => <PickAll />,
    cell: ({ row: { original: run } }) => <Pick run={run} />,
  },
  {
    id: 'name',
    header: 'Run',
    accessorFn: (r) => r.name,
    cell: ({ row: { original: run } }) => <Name run={run} />,
    meta: { wide: true },
  },
  {
    id: 'status',
    header: 'Status',
    accessorFn: (r) => r.status,
    cell: ({ row: { original: run } }) =>
      run.status === 'running' ? (
        <span className="runs-progress">
          <Progress label={`${run.name}, progress`} value={run.progress.done / Math.max(1, run.progress.total)} thin />
          <span className="num small">{Math.floor((100 * run.progress.done) / Math.max(1, run.progress.total))}{'\u202f%'}</span>
          {run.progress.paused && <span className="small faint">paused</span>}
        </span>
      ) : (
        <StatusBadge status={run.status} />
      ),
  },
  { id: 'models', header: 'Models', accessorFn: (r) => r.models.join(' '), cell: ({ row: { original: run } }) => <ModelLabels models={run.models.slice(0, 2)} />, meta: { minor: true } },
  { id: 'dataset', header: 'Data set', accessorFn: (r) => r.dataset, cell: ({ row: { original: run } }) => <DatasetTitle id={run.dataset} /> },
  { id: 'strategy', header: 'Strategy', accessorFn: (r) => strategyName(r.strategy), meta: { minor: true } },
  {
    id: 'score',
    header: 'Best pass@1, %',
    accessorFn: (r) => Math.max(-1, ...r.scores.map((s) => s.value)),
    cell: ({ row: { original: run } }) => {
      const best = [...run.scores].sort((a, b) => b.value - a.value)[0]
      return best ? <ScoreText value={best.value} low={best.low} high={best.high} /> : <span className="faint">–</span>
    },
    meta: { align: 'right' },
  },
  { id: 'samples', header: 'Samples', accessorFn: (r) => r.progress.done, cell: ({ row: { original: r } }) => count(r.progress.done), meta: { align: 'right', minor: true } },
  {
    id: 'created',
    header: 'Started',
    accessorFn: (r) => r.created_at,
    cell: ({ row: { original: r } }) => (
      <time dateTime={r.created_at} title={r.created_at}>
        {when(r.created_at)}
      </time>
    ),
    meta: { align: 'right' },
  },
  {
    id: 'menu',
    enableSorting: false,
    header: () => <span className="sr-only">Actions</span>,
    cell: ({ row: { original: run } }) => <RowMenu run={run} />,
  },
]

function PickAll() {
  const { shown, chosen, choose } = useRunsTable()
  const all = shown.length > 0 && shown.every((r) => chosen.has(r.id))
  return <Checkbox bare label="Choose all runs" checked={all} onChange={(on) => choose(on ? new Set(shown.map((r) => r.id)) : new Set())} data-testid="choose-all" />
}

function Pick({ run }: { run: RunSummary }) {
  const { chosen, choose } = useRunsTable()
  return (
    <Checkbox
      bare
      label={`Choose ${run.name}`}
      checked={chosen.has(run.id)}
      data-testid={`choose-${run.id}`}
      onChange={(on) => {
        const next = new Set(chosen)
        if (on) next.add(run.id)
        else next.delete(run.id)
        choose(next)
      }}
    />
  )
}

function DatasetTitle({ id }: { id: string }) {
  return useRunsTable().datasetTitle(id)
}

function RowMenu({ run }: { run: RunSummary }) {
  const { menu } = useRunsTable()
  return (
    <Menu label={`Actions for ${run.name}`} items={menu(run)} className="icon-btn icon-btn-small" testId={`run-menu-${run.id}`}>
      <Ellipsis size={15} aria-hidden />
    </Menu>
  )
}

function Name({ run }: { run: RunSummary }) {
  const { naming, name, onTag } = useRunsTable()
  return naming === run.id ? <NameInput run={run} onDone={() => name(null)} /> : <RunName run={run} onTag={onTag} />
}

function RunName({ run, onTag }: { run: RunSummary; onTag: (tag: string) => void }) {
  return (
    <span className="runs-cell">
      <span className="runs-name">
        <Link to="/runs/$runId" params={{ runId: run.id }} className="runs-link" title={run.name}>
          {run.name}
        </Link>
        {run.note && (
          <span className="runs-note" title={run.note}>
            <NotebookPen size={13} aria-hidden />
            <span className="sr-only">Note: {run.note}</span>
          </span>
        )}
      </span>
      {(run.tags.length > 0 || run.origin !== 'evaluated') && (
        <span className="runs-tags">
          {run.origin !== 'evaluated' && <Badge>{originName(run.origin)}</Badge>}
          {run.tags.map((tag) => (
            <button key={tag} type="button" className="tag" title={`Only runs with the tag ${tag}`} onClick={() => onTag(tag)} data-testid="run-tag">
              {tag}
            </button>
          ))}
        </span>
      )}
    </span>
  )
}

/** The name where it stands: Enter and leaving it keep what is written, Escape does not. */
function NameInput({ run, onDone }: { run: RunSummary; onDone: () => void }) {
  const [text, setText] = useState(run.name)
  const { rename } = useUpkeepCommands()
  const toasts = useToasts()
  const save = () => {
    if (rename.isPending) return
    const name = text.trim()
    if (name === '' || name === run.name) return onDone()
    rename.mutate(
      { run: run.id, name },
      {
        onSuccess: onDone,
        onError: (error) => {
          toasts.failed(error)
          onDone()
        },
      },
    )
  }
  return (
    <Input
      ref={(input) => {
        if (input && document.activeElement !== input) {
          input.focus()
          input.select()
        }
      }}
      className="runs-naming"
      aria-label={`New name of ${run.name}`}
      maxLength={200}
      value={text}
      onChange={(e) => setText(e.target.value)}
      onBlur={save}
      onKeyDown={(e) => {
        if (e.key === 'Enter') save()
        else if (e.key === 'Escape') onDone()
        else return
        e.preventDefault()
        e.stopPropagation()
      }}
      data-testid="run-naming"
    />
  )
}
