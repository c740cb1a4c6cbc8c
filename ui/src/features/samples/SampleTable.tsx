import { useCallback, useEffect, useImperativeHandle, useMemo, useRef, useState, type Ref } from 'react'
import { useQueries } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp, Braces, MessageSquare } from 'lucide-react'
import { ContentFlag, TransportFlag, VerdictBadge } from '../../design/components/Badge'
import { ModelLabel } from '../../design/components/Model'
import { count, dollars, milliseconds } from '../../design/format'
import { SAMPLE_PAGE, useSamplePageOptions, useSettings } from '../../ipc/hooks'
import type { SampleQuery, SampleRow, SampleSort } from '../../ipc/types'
import { layoutOf, type ColumnId, type Layout } from './columns'
import { pagesOf } from './filters'

export interface TableHandle {
  /** Moves the cursor and shows the sample there. */
  move: (by: number) => void
}

interface SampleTableProps {
  ref: Ref<TableHandle>
  hidden: boolean
  query: Omit<SampleQuery, 'offset' | 'limit'>
  selected: number | null
  manyRuns: boolean
  runName: (id: string) => string
  sort: SampleSort | undefined
  descending: boolean
  onSort: (sort: SampleSort) => void
  onOpen: (sample: number, replace: boolean) => void
  onTotal: (total: number | null) => void
  onError: (error: unknown) => void
}

/** Height of the headings in pixels, as in Samples.css. */
const HEAD = 34

/** All samples of a query, of which only the rows in sight exist; pages are fetched where one looks. */
export function SampleTable(props: SampleTableProps) {
  const { ref, hidden, query, selected, manyRuns, runName, sort, descending, onSort, onOpen, onTotal, onError } = props
  const scroller = useRef<HTMLDivElement>(null)
  const pageOptions = useSamplePageOptions()
  const density = useSettings().data?.density
  const rowHeight = density === 'compact' ? 30 : 38

  const [range, setRange] = useState({ first: 0, last: 0 })
  const pages = useMemo(() => [...new Set([0, ...pagesOf(range.first, range.last, SAMPLE_PAGE)])], [range])
  const results = useQueries({ queries: pages.map((page) => pageOptions(query, page)) })
  const byPage = useMemo(() => new Map(pages.map((page, i) => [page, results[i]])), [pages, results])
  const total = results[0]?.data?.total ?? null
  const failure = results.find((r) => r.error)?.error ?? null

  useEffect(() => onTotal(total), [total, onTotal])
  useEffect(() => onError(failure), [failure, onError])

  const rowAt = useCallback(
    (index: number): SampleRow | undefined => {
      const result = byPage.get(Math.floor(index / SAMPLE_PAGE))
      // While a new query loads, only its first page keeps the old rows in sight.
      if (!result || (result.isPlaceholderData && index >= SAMPLE_PAGE)) return undefined
      return result.data?.rows[index % SAMPLE_PAGE]
    },
    [byPage],
  )

  const virtual = useVirtualizer({
    count: total ?? 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    // The headings stand above the rows and stay in sight over them.
    scrollMargin: HEAD,
    scrollPaddingStart: HEAD,
    onChange: (instance) => {
      const items = instance.getVirtualItems()
      const first = items[0]?.index ?? 0
      const last = items[items.length - 1]?.index ?? 0
      setRange((before) => (before.first === first && before.last === last ? before : { first, last }))
    },
  })
  useEffect(() => virtual.measure(), [rowHeight, virtual])

  // A new question starts at its top.
  const asked = JSON.stringify(query)
  const [cursor, setCursor] = useState<number | null>(null)
  const before = useRef(asked)
  useEffect(() => {
    if (before.current === asked) return
    before.current = asked
    setCursor(null)
    scroller.current?.scrollTo({ top: 0 })
  }, [asked])

  // The cursor finds the selected sample, when that came from the address.
  const selectedIndex = useMemo(() => {
    if (selected === null) return null
    for (const [page, result] of byPage) {
      const at = result?.data?.rows.findIndex((r) => r.id === selected) ?? -1
      if (at >= 0) return page * SAMPLE_PAGE + at
    }
    return null
  }, [selected, byPage])
  const at = cursor ?? selectedIndex

  // A row that was moved to before it was there is shown when it arrives.
  const wanted = useRef<number | null>(null)
  useEffect(() => {
    if (wanted.current === null) return
    const row = rowAt(wanted.current)
    if (row) {
      wanted.current = null
      onOpen(row.id, true)
    }
  }, [rowAt, onOpen])

  const moveTo = (index: number, open: boolean) => {
    if (total === null || total === 0) return
    const next = Math.min(total - 1, Math.max(0, index))
    setCursor(next)
    virtual.scrollToIndex(next)
    if (!open) return
    const row = rowAt(next)
    if (row) onOpen(row.id, selected !== null)
    else wanted.current = next
  }
  useImperativeHandle(ref, () => ({ move: (by) => moveTo(at === null ? 0 : at + by, true) }))

  const items = virtual.getVirtualItems()
  const [width, setWidth] = useState(70)
  useEffect(() => {
    const box = scroller.current
    if (!box) return
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.round((10 * entry.contentRect.width) / rem) / 10))
    observer.observe(box)
    return () => observer.disconnect()
  }, [])
  const costs = results.some((r) => r.data?.rows.some((row) => row.cost_usd !== null))
  const layout = useMemo(() => layoutOf({ width, manyRuns, costs, sort }), [width, manyRuns, costs, sort])
  const grid = { gridTemplateColumns: layout.template }
  return (
    <div className="vtable" hidden={hidden}>
      <div
        className="vtable-scroll"
        ref={scroller}
        role="grid"
        aria-label="Samples"
        aria-rowcount={total === null ? -1 : total + 1}
        aria-colcount={layout.columns.length}
        aria-busy={results.some((r) => r.isFetching)}
        aria-activedescendant={at !== null && items.some((i) => i.index === at) ? `sample-row-${at}` : undefined}
        tabIndex={0}
        data-testid="samples-table"
        onKeyDown={(e) => {
          const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2)
          const here = at ?? -1
          const showing = selected !== null
          if (e.key === 'ArrowDown') moveTo(here + 1, showing)
          else if (e.key === 'ArrowUp') moveTo(here - 1, showing)
          else if (e.key === 'PageDown') moveTo(here + page, showing)
          else if (e.key === 'PageUp') moveTo(here - page, showing)
          else if (e.key === 'Home') moveTo(0, showing)
          else if (e.key === 'End') moveTo((total ?? 1) - 1, showing)
          else if (e.key === 'Enter') moveTo(Math.max(0, here), true)
          else return
          e.preventDefault()
        }}
      >
        <div className="vrow vhead" role="row" aria-rowindex={1} style={grid}>
          {layout.columns.map((h) => {
            const on = h.sort !== null && sort === h.sort
            return (
              <div
                key={h.id}
                role="columnheader"
                className={`vcell vcell-${h.id} ${h.right ? 'cell-right' : ''}`}
                aria-sort={on ? (descending ? 'descending' : 'ascending') : undefined}
              >
                {h.sort ? (
                  <button type="button" className="th-sort" onClick={() => onSort(h.sort as SampleSort)}>
                    {h.title}
                    {on && (descending ? <ArrowDown size={12} aria-hidden /> : <ArrowUp size={12} aria-hidden />)}
                  </button>
                ) : (
                  <Heading id={h.id} title={h.title} iconFlags={layout.iconFlags} />
                )}
              </div>
            )
          })}
        </div>
        <div className="vtable-body" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = rowAt(item.index)
            const on = row !== undefined && row.id === selected
            return (
              <div
                key={item.key}
                id={`sample-row-${item.index}`}
                role="row"
                aria-rowindex={item.index + 2}
                aria-selected={on}
                className={`vrow ${on ? 'vrow-on' : ''} ${at === item.index ? 'vrow-at' : ''}`}
                style={{ ...grid, height: item.size, transform: `translateY(${item.start - HEAD}px)` }}
                data-testid="samples-row"
                data-sample={row?.id}
                onClick={() => {
                  if (!row) return
                  setCursor(item.index)
                  onOpen(row.id, selected !== null)
                }}
              >
                <Cells row={row} runName={runName} layout={layout} />
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}

function Heading({ id, title, iconFlags }: { id: ColumnId; title: string; iconFlags: boolean }) {
  if (!iconFlags || (id !== 'request' && id !== 'code')) return title
  const Icon = id === 'request' ? MessageSquare : Braces
  return (
    <span title={title} className="vhead-icon">
      <Icon size={13} aria-hidden />
      <span className="sr-only">{title}</span>
    </span>
  )
}

function Cells({ row, runName, layout }: { row: SampleRow | undefined; runName: (id: string) => string; layout: Layout }) {
  if (!row)
    return (
      <div role="gridcell" className="vcell faint">
        …
      </div>
    )
  return layout.columns.map(({ id, right }) => (
    <div key={id} role="gridcell" className={`vcell vcell-${id} clip ${right ? 'cell-right num' : ''} ${MUTED.has(id) ? 'muted' : ''}`} title={titleOf(id, row, runName)}>
      <Cell id={id} row={row} runName={runName} iconFlags={layout.iconFlags} />
    </div>
  ))
}

const MUTED: ReadonlySet<ColumnId> = new Set(['run', 'detail', 'index'])

function titleOf(id: ColumnId, row: SampleRow, runName: (id: string) => string): string | undefined {
  if (id === 'problem') return row.problem
  if (id === 'run') return runName(row.run)
  if (id === 'detail') return row.detail ?? undefined
  return undefined
}

function Cell({ id, row, runName, iconFlags }: { id: ColumnId; row: SampleRow; runName: (id: string) => string; iconFlags: boolean }) {
  switch (id) {
    case 'problem':
      return row.problem
    case 'index':
      return row.index + 1
    case 'model':
      return <ModelLabel model={row.model} />
    case 'run':
      return runName(row.run)
    case 'request':
      return <TransportFlag transport={row.transport} plain iconOnly={iconFlags} />
    case 'code':
      return <ContentFlag content={row.content} plain iconOnly={iconFlags} />
    case 'verdict':
      return row.verdict ? <VerdictBadge verdict={row.verdict} plain /> : <span className="faint">{row.stage === 'done' ? 'not executed' : 'pending'}</span>
    case 'detail':
      return row.detail
    case 'quality':
      return known(row.quality, (q) => q.toFixed(2))
    case 'duration':
      return known(row.duration_ms, milliseconds)
    case 'latency':
      return known(row.latency_ms, milliseconds)
    case 'tokens':
      return known(row.completion_tokens, count)
    case 'cost':
      return known(row.cost_usd, (usd) => dollars(usd).replace('$', ''))
  }
}

function known(value: number | null, say: (value: number) => string) {
  return value === null ? <span className="faint">–</span> : say(value)
}
