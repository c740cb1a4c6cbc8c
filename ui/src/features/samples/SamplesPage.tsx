import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { Link, getRouteApi } from '@tanstack/react-router'
import { Rows3, Search, X } from 'lucide-react'
import { Button, IconButton } from '../../design/components/Button'
import { FilterMenu } from '../../design/components/FilterMenu'
import { Input } from '../../design/components/Form'
import { EmptyState, ErrorNotice } from '../../design/components/Notice'
import { Page } from '../../design/components/Panel'
import { useToasts } from '../../design/components/Toast'
import { plural } from '../../design/format'
import { CONTENTS, TRANSPORTS, VERDICTS, contentName, languageName, modelName, strategyName, transportName } from '../../design/names'
import { RULES, ruleName } from '../../design/rules'
import { VerdictBadge } from '../../design/components/Badge'
import { useAllRuns, useRuns, useStrategies } from '../../ipc/hooks'
import type { SamplesAddress } from '../../app/address'
import { useShortcuts } from '../../app/shortcuts'
import { SamplePane } from './SamplePane'
import { SampleTable, type TableHandle } from './SampleTable'
import { chipsOf, nextSort, queryOf, unfiltered, without } from './filters'
import './Samples.css'

const route = getRouteApi('/samples')

export function SamplesPage() {
  const address = route.useSearch()
  const navigate = route.useNavigate()
  const { announce } = useToasts()
  const runs = useRuns().data
  const everyRun = useAllRuns().data
  const table = useRef<TableHandle>(null)
  const search = useRef<HTMLInputElement>(null)
  const [total, setTotal] = useState<number | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)

  const go = useCallback(
    (part: Partial<SamplesAddress>, replace = false) => void navigate({ to: '/samples', search: (s) => ({ ...s, ...part }), replace }),
    [navigate],
  )
  const filter = (part: Partial<SamplesAddress>) => go({ ...part, sample: undefined })
  const names = useMemo(() => new Map(everyRun?.map((r) => [r.id, r.name])), [everyRun])
  const runName = useCallback((id: string) => names.get(id) ?? id, [names])
  const query = useMemo(() => queryOf(address), [address])
  const chips = chipsOf(address, runName)
  const filtered = chips.length > 0 || query.text !== null
  const open = useCallback((sample: number, replace: boolean) => go({ sample }, replace), [go])
  const close = () => go({ sample: undefined })
  const setAgainst = (against: string | undefined) => go({ against }, true)

  useEffect(() => {
    if (total !== null && !busy) announce(`${plural(total, 'sample')}`)
  }, [total, busy, announce])

  useShortcuts([
    { keys: 'j', what: 'Next sample', run: () => table.current?.move(1) },
    { keys: 'k', what: 'Previous sample', run: () => table.current?.move(-1) },
    {
      keys: 'b',
      what: 'Set other samples against this one',
      run: () => address.sample !== undefined && setAgainst(address.against === String(address.sample) ? undefined : String(address.sample)),
    },
    { keys: '/', what: 'Search in the samples', run: () => search.current?.focus() },
    { keys: 'Escape', what: 'Close the sample', run: () => address.sample !== undefined && close() },
  ])

  const models = [...new Set((runs ?? []).flatMap((r) => r.models))]
  const known = useStrategies().data?.strategies
  const strategies = [...new Set([...(known ?? []).map((s) => s.id).filter((id) => id !== 'auto'), ...(runs ?? []).map((r) => r.strategy).filter((id) => id !== 'auto'), ...(address.strategies ?? [])])]
  const rules = [...new Set([...RULES, ...(address.rules ?? [])])]
  const languages = [...new Set((runs ?? []).flatMap((r) => r.languages))]

  return (
    <Page
      title="Samples"
      testId="page-samples"
      fill
      lead={
        <span data-testid="samples-total">
          {busy && query.text !== null ? 'Searching…' : total === null ? 'Every answer that was given, and what became of it.' : `${plural(total, 'sample')}${filtered ? ' found' : ''}`}
        </span>
      }
    >
      <div className="samples-bar" role="search">
        <SearchBox key={address.text ?? ''} text={address.text ?? ''} onText={(text) => filter({ text: text === '' ? undefined : text })} inputRef={search} onDown={() => table.current?.focus()} />
        <FilterMenu label="Run" options={(everyRun ?? []).filter((r) => !r.archived || address.runs?.includes(r.id)).map((r) => ({ value: r.id, label: r.name }))} chosen={address.runs ?? []} onChange={(v) => filter({ runs: v })} testId="filter-run" />
        <FilterMenu label="Model" options={models.map((m) => ({ value: m, label: modelName(m) }))} chosen={address.models ?? []} onChange={(v) => filter({ models: v })} testId="filter-model" />
        {languages.length > 1 && <FilterMenu label="Language" options={languages.map((l) => ({ value: l, label: languageName(l) }))} chosen={address.languages ?? []} onChange={(v) => filter({ languages: v })} testId="filter-language" />}
        <FilterMenu label="Request" options={TRANSPORTS.map((t) => ({ value: t, label: transportName(t) }))} chosen={address.transports ?? []} onChange={(v) => filter({ transports: v })} testId="filter-transport" />
        <FilterMenu label="Code" options={CONTENTS.map((c) => ({ value: c, label: contentName(c) }))} chosen={address.contents ?? []} onChange={(v) => filter({ contents: v })} testId="filter-content" />
        <FilterMenu label="Verdict" options={VERDICTS.map((v) => ({ value: v, label: <VerdictBadge verdict={v} plain /> }))} chosen={address.verdicts ?? []} onChange={(v) => filter({ verdicts: v })} testId="filter-verdict" />
        <FilterMenu label="Cleaning" options={rules.map((r) => ({ value: r, label: ruleName(r) }))} chosen={address.rules ?? []} onChange={(v) => filter({ rules: v })} testId="filter-rule" />
        <FilterMenu label="Strategy" options={strategies.map((s) => ({ value: s, label: known?.find((k) => k.id === s)?.title ?? strategyName(s) }))} chosen={address.strategies ?? []} onChange={(v) => filter({ strategies: v })} testId="filter-strategy" />
      </div>
      {chips.length > 0 && (
        <ul className="samples-chips" aria-label="Filters in force">
          {chips.map((chip) => (
            <li key={`${chip.filter}-${chip.value}`}>
              <button type="button" className="chip chip-on" aria-label={`Remove the filter ${chip.label}`} data-testid="filter-chip" onClick={() => filter(without(address, chip))}>
                <span className="clip">{chip.label}</span>
                <X size={12} aria-hidden />
              </button>
            </li>
          ))}
          <li>
            <Button kind="quiet" size="small" onClick={() => void navigate({ to: '/samples', search: unfiltered(address) })}>
              Clear all
            </Button>
          </li>
        </ul>
      )}
      {error !== null && <ErrorNotice title="The samples could not be read" error={error} />}
      <div className={`samples ${address.sample !== undefined ? 'samples-split' : ''} ${busy ? 'samples-stale' : ''}`}>
        {total === 0 ? (
          <div className="samples-none">
            <EmptyState
              icon={<Rows3 size={20} />}
              title={filtered ? 'No sample is like that' : 'No samples yet'}
              action={
                filtered ? (
                  <Button onClick={() => void navigate({ to: '/samples', search: unfiltered(address) })}>Clear the filters</Button>
                ) : (
                  <Link to="/evaluate" className="btn btn-primary btn-medium">
                    Run an evaluation
                  </Link>
                )
              }
            >
              {filtered ? 'Loosen the filters or the search.' : 'Every answer of every run will stand here with its prompt, program and verdict.'}
            </EmptyState>
          </div>
        ) : null}
        <SampleTable
          ref={table}
          hidden={total === 0}
          query={query}
          selected={address.sample ?? null}
          manyRuns={(address.runs?.length ?? 2) !== 1}
          runName={runName}
          sort={address.sort}
          descending={address.desc ?? false}
          onSort={(sort) => go(nextSort(address, sort))}
          onOpen={open}
          onTotal={setTotal}
          onError={setError}
          onBusy={setBusy}
        />
        {address.sample !== undefined && (
          <SamplePane
            id={address.sample}
            tab={address.tab ?? 'program'}
            onTab={(tab) => go({ tab: tab === 'program' ? undefined : tab }, true)}
            against={address.against}
            onAgainst={setAgainst}
            onClose={close}
            onStep={(by) => table.current?.move(by)}
          />
        )}
      </div>
    </Page>
  )
}

interface SearchBoxProps {
  text: string
  onText: (text: string) => void
  inputRef: React.RefObject<HTMLInputElement | null>
  /** From the box into the table. */
  onDown: () => void
}

function SearchBox({ text, onText, inputRef, onDown }: SearchBoxProps) {
  const [value, setValue] = useState(text)
  return (
    <form
      className="samples-search"
      onSubmit={(e) => {
        e.preventDefault()
        onText(value.trim())
        // The box is made anew for what is searched now, so the focus would be lost with it; what was found is what one wants.
        onDown()
      }}
    >
      <Search size={14} aria-hidden />
      <Input
        ref={inputRef}
        type="text"
        aria-label="Search in problems, answers, programs and details"
        placeholder="Search, then Enter"
        value={value}
        onChange={(e) => setValue(e.target.value)}
        onKeyDown={(e) => {
          if (e.key === 'Escape') {
            e.stopPropagation()
            e.currentTarget.blur()
          } else if (e.key === 'ArrowDown') {
            e.preventDefault()
            onDown()
          }
        }}
        data-testid="samples-search"
      />
      {value !== '' && (
        <IconButton
          label="Clear the search"
          size="small"
          icon={<X size={13} />}
          onClick={() => {
            setValue('')
            onText('')
          }}
        />
      )}
    </form>
  )
}
