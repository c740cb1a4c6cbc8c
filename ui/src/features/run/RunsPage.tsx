import { useCallback, useMemo, useState, type ReactNode } from 'react'
import { Link, getRouteApi } from '@tanstack/react-router'
import { Archive, ChartNoAxesColumn, ChevronDown, FileText, FlaskConical, ListChecks, Rows3, X } from 'lucide-react'
import { Button } from '../../design/components/Button'
import { Skeleton } from '../../design/components/Bits'
import { FilterMenu } from '../../design/components/FilterMenu'
import { Input, Segmented } from '../../design/components/Form'
import { Menu } from '../../design/components/Menu'
import { EmptyState, ErrorNotice } from '../../design/components/Notice'
import { Page, Panel } from '../../design/components/Panel'
import { Table } from '../../design/components/Table'
import { plural } from '../../design/format'
import { statusName } from '../../design/names'
import { RUN_STATUSES, type RunPlace, type RunsAddress } from '../../app/address'
import { useShortcuts } from '../../app/shortcuts'
import { useAddressText } from '../../app/useAddressText'
import { useAllRuns, useStatus } from '../../ipc/hooks'
import type { RunSummary } from '../../ipc/types'
import { UpkeepDialogs } from '../upkeep/UpkeepDialogs'
import { useRunUpkeep } from '../upkeep/useRunUpkeep'
import { DeletedRuns } from './DeletedRuns'
import { RUN_COLUMNS, RunsTableProvider, type RunsTable } from './runColumns'
import { fits, isFiltered } from './runFilter'
import { knownTags, sameTag } from './runs'
import './Run.css'

const route = getRouteApi('/runs')

export function RunsPage() {
  const address = route.useSearch()
  const navigate = route.useNavigate()
  const runs = useAllRuns()
  const status = useStatus().data
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [naming, setNaming] = useState<string | null>(null)
  const none = useCallback(() => setChosen(new Set()), [])
  const upkeep = useRunUpkeep({ rename: (run) => setNaming(run.id), onGone: none })
  const go = (part: Partial<RunsAddress>, replace = false) => void navigate({ to: '/runs', search: (s) => ({ ...s, ...part }), replace })

  const all = useMemo(() => runs.data ?? [], [runs.data])
  const shown = useMemo(() => all.filter((r) => fits(r, address)), [all, address])
  // What is not in sight is not acted upon.
  const picked = shown.filter((r) => chosen.has(r.id))
  const ids = picked.map((r) => r.id)
  const place = address.place ?? 'current'

  const addTag = (tag: string) => address.tags?.some((t) => sameTag(t, tag)) || go({ tags: [...(address.tags ?? []), tag] })
  const table: RunsTable = {
    shown,
    chosen,
    choose: setChosen,
    naming,
    name: setNaming,
    onTag: addTag,
    menu: (run) => upkeep.items([run]),
    datasetTitle: (id) => status?.datasets.find((d) => d.id === id)?.title ?? id,
  }
  const toggle = (run: RunSummary) => {
    const next = new Set(chosen)
    if (!next.delete(run.id)) next.add(run.id)
    setChosen(next)
  }
  useShortcuts([{ keys: 'Escape', what: 'Choose no runs', run: none }])

  return (
    <Page
      title="Runs"
      testId="page-runs"
      lead={picked.length > 0 ? `${plural(picked.length, 'run')} chosen` : 'Everything that was ever asked, kept with its answers.'}
      actions={
        picked.length > 0 ? (
          <Chosen ids={ids}>
            <Menu label="More to do with the chosen runs" items={upkeep.items(picked)} testId="runs-menu">
              <span>More</span>
              <ChevronDown size={14} aria-hidden />
            </Menu>
          </Chosen>
        ) : (
          <NewEvaluation />
        )
      }
    >
      {runs.error && <ErrorNotice title="The runs could not be read" error={runs.error} action={<Button onClick={() => void runs.refetch()}>Try again</Button>} />}
      <div className="runs-bar" role="search">
        <Segmented<RunPlace | 'current'>
          label="Which runs"
          value={place}
          options={[
            { value: 'current', label: 'Current', testId: 'runs-current' },
            { value: 'archived', label: 'Archived', testId: 'runs-archived' },
            { value: 'deleted', label: 'Deleted', testId: 'runs-deleted' },
          ]}
          onChange={(to) => {
            none()
            go({ place: to === 'current' ? undefined : to })
          }}
        />
        {place !== 'deleted' && <Filters address={address} all={all} onChange={go} />}
      </div>
      {place === 'deleted' ? (
        <DeletedRuns />
      ) : (
        <Panel flush>
          {runs.data ? (
            <RunsTableProvider value={table}>
              <Table
                label="Runs"
                data={shown}
                columns={RUN_COLUMNS}
                rowKey={(r) => r.id}
                onOpen={(r) => void navigate({ to: '/runs/$runId', params: { runId: r.id } })}
                rowKeys={{ F2: (r) => setNaming(r.id), x: toggle, ' ': toggle, Delete: (r) => void (r.status === 'running' || upkeep.remove([r])) }}
                rowClass={(r) => (chosen.has(r.id) ? 'row-chosen' : '')}
                rowTestId="runs-row"
                testId="runs-table"
                empty={<Nothing address={address} any={all.length > 0} onClear={() => void navigate({ to: '/runs', search: { place: address.place } })} />}
              />
            </RunsTableProvider>
          ) : (
            <div className="runs-loading">
              <Skeleton lines={5} height="1.5rem" label="Runs are being read" />
            </div>
          )}
        </Panel>
      )}
      <UpkeepDialogs asking={upkeep.asking} onClose={() => upkeep.ask(null)} onMade={none} />
    </Page>
  )
}

function NewEvaluation() {
  return (
    <Link to="/evaluate" className="btn btn-primary btn-medium">
      <FlaskConical size={15} aria-hidden />
      <span>New evaluation</span>
    </Link>
  )
}

function Chosen({ ids, children }: { ids: string[]; children: ReactNode }) {
  return (
    <>
      <Link to="/compare" search={{ runs: ids }} className="btn btn-primary btn-medium" data-testid="runs-compare">
        <ChartNoAxesColumn size={15} aria-hidden />
        <span>Compare</span>
      </Link>
      <Link to="/samples" search={{ runs: ids }} className="btn btn-secondary btn-medium">
        <Rows3 size={15} aria-hidden />
        <span>Samples</span>
      </Link>
      <Link to="/reports" search={{ runs: ids }} className="btn btn-secondary btn-medium">
        <FileText size={15} aria-hidden />
        <span>Report</span>
      </Link>
      {children}
    </>
  )
}

interface FiltersProps {
  address: RunsAddress
  all: readonly RunSummary[]
  onChange: (part: Partial<RunsAddress>, replace?: boolean) => void
}

function Filters({ address, all, onChange }: FiltersProps) {
  const [text, setText] = useAddressText(address.text ?? '', (of) => onChange({ text: of === '' ? undefined : of }, true))
  // A tag of the address stays on offer when no run has it any more.
  const tags = [...knownTags(all), ...(address.tags ?? []).filter((t) => !all.some((r) => r.tags.some((of) => sameTag(of, t))))]
  return (
    <>
      <Input
        type="search"
        className="runs-search"
        aria-label="Find runs by name, model, data set or note"
        placeholder="Find…"
        value={text}
        onChange={(e) => setText(e.target.value)}
        data-testid="runs-search"
      />
      <FilterMenu label="Status" options={RUN_STATUSES.map((s) => ({ value: s, label: statusName(s) }))} chosen={address.statuses ?? []} onChange={(statuses) => onChange({ statuses })} testId="runs-status" />
      {tags.length > 0 && <FilterMenu label="Tag" options={tags.map((t) => ({ value: t, label: t }))} chosen={address.tags ?? []} onChange={(of) => onChange({ tags: of })} testId="runs-tag" />}
      {(address.tags ?? []).map((tag) => (
        <button key={tag} type="button" className="chip chip-on" aria-label={`Without the tag ${tag}`} onClick={() => onChange({ tags: address.tags?.filter((t) => t !== tag) })} data-testid="runs-tag-chip">
          {tag}
          <X size={12} aria-hidden />
        </button>
      ))}
      {isFiltered(address) && (
        <Button kind="quiet" size="small" onClick={() => onChange({ text: undefined, tags: undefined, statuses: undefined })} data-testid="runs-clear">
          Clear all
        </Button>
      )}
    </>
  )
}

function Nothing({ address, any, onClear }: { address: RunsAddress; any: boolean; onClear: () => void }) {
  if (isFiltered(address))
    return (
      <EmptyState icon={<ListChecks size={20} />} title="No run is like that" action={<Button onClick={onClear}>Clear the filters</Button>}>
        Loosen the filters or the search.
      </EmptyState>
    )
  if (address.place === 'archived')
    return (
      <EmptyState icon={<Archive size={20} />} title="Nothing is archived">
        Runs that were put away, and those that a merge or a split was made of, will stand here. They can be compared as before.
      </EmptyState>
    )
  return (
    <EmptyState
      icon={<ListChecks size={20} />}
      title={any ? 'All runs are archived' : 'No runs yet'}
      action={
        <Link to="/evaluate" className="btn btn-primary btn-medium">
          {any ? 'New evaluation' : 'Run your first evaluation'}
        </Link>
      }
    >
      Each evaluation will stand here with its models, data set and score, ready to be compared, resumed or reported.
    </EmptyState>
  )
}
