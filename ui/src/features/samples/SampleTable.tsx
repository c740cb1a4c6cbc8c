import { useCallback, useEffect, useImperativeHandle, useMemo, useRef, useState, type CSSProperties, type KeyboardEvent, type Ref } from 'react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp, Braces, MessageSquare } from 'lucide-react'
import { useModelColour } from '../../design/colours'
import { useSettings } from '../../ipc/hooks'
import type { SampleSort } from '../../ipc/types'
import { layoutOf, type ColumnId } from './columns'
import { useFirstPage, useRows, type Question } from './pages'
import { Row } from './Row'

export interface TableHandle {
  /** Moves the cursor and shows the sample there. */
  move: (by: number) => void
  /** Takes the keyboard, the cursor being on the first row where it was on none. */
  focus: () => void
}

interface SampleTableProps {
  ref: Ref<TableHandle>
  hidden: boolean
  query: Question
  selected: number | null
  manyRuns: boolean
  runName: (id: string) => string
  sort: SampleSort | undefined
  descending: boolean
  onSort: (sort: SampleSort) => void
  onOpen: (sample: number, replace: boolean) => void
  onTotal: (total: number | null) => void
  onError: (error: unknown) => void
  onBusy: (busy: boolean) => void
}

/** Height of the headings in pixels, as in Samples.css. */
const HEAD = 34

/** All samples of a query, of which only the rows in sight exist; pages are fetched where one looks. */
export function SampleTable(props: SampleTableProps) {
  const { ref, hidden, query, selected, manyRuns, runName, sort, descending, onSort, onOpen, onTotal, onError, onBusy } = props
  const scroller = useRef<HTMLDivElement>(null)
  const density = useSettings().data?.density
  const rowHeight = density === 'compact' ? 30 : 38
  const colour = useModelColour()

  const page = useFirstPage(query)
  const total = page.data?.total ?? null
  const virtual = useVirtualizer({
    count: total ?? 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    // The headings stand above the rows and stay in sight over them.
    scrollMargin: HEAD,
    scrollPaddingStart: HEAD,
  })
  useEffect(() => virtual.measure(), [rowHeight, virtual])
  const items = virtual.getVirtualItems()
  const { rowAt, placeOf, error, busy } = useRows(query, page, { first: items[0]?.index ?? 0, last: items[items.length - 1]?.index ?? 0 })

  useEffect(() => onTotal(total), [total, onTotal])
  useEffect(() => onError(error), [error, onError])
  // Rows of another question are in sight.
  useEffect(() => onBusy(page.isPlaceholderData), [page.isPlaceholderData, onBusy])

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
  const at = cursor ?? (selected === null ? null : placeOf(selected))

  // A row that was moved to before it was there is shown when it arrives.
  const wanted = useRef<number | null>(null)
  useEffect(() => {
    if (wanted.current === null) return
    const row = rowAt(wanted.current)
    if (row) {
      wanted.current = null
      onOpen(row.id, true)
    }
  })

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
  useImperativeHandle(ref, () => ({
    move: (by) => moveTo(at === null ? 0 : at + by, true),
    focus: () => {
      scroller.current?.focus({ preventScroll: true })
      if (at === null) moveTo(0, false)
    },
  }))
  const onKeyDown = (e: KeyboardEvent) => {
    const pageful = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2)
    const here = at ?? -1
    const showing = selected !== null
    if (e.key === 'ArrowDown') moveTo(here + 1, showing)
    else if (e.key === 'ArrowUp') moveTo(here - 1, showing)
    else if (e.key === 'PageDown') moveTo(here + pageful, showing)
    else if (e.key === 'PageUp') moveTo(here - pageful, showing)
    else if (e.key === 'Home') moveTo(0, showing)
    else if (e.key === 'End') moveTo((total ?? 1) - 1, showing)
    else if (e.key === 'Enter' && e.target === e.currentTarget) moveTo(Math.max(0, here), true)
    else return
    e.preventDefault()
  }
  const isShown = selected !== null
  const onPick = useCallback(
    (index: number, sample: number) => {
      setCursor(index)
      onOpen(sample, isShown)
    },
    [onOpen, isShown],
  )

  const width = useWidth(scroller)
  // Once a sample with a cost was in sight, its column stays: it must not come and go while one scrolls.
  const [costly, setCostly] = useState<string | null>(null)
  const costs = costly === asked || items.some((item) => (rowAt(item.index)?.cost_usd ?? null) !== null)
  useEffect(() => {
    if (costs) setCostly(asked)
  }, [costs, asked])
  const layout = useMemo(() => layoutOf({ width, manyRuns, costs, sort }), [width, manyRuns, costs, sort])
  return (
    <div className="vtable" hidden={hidden}>
      <div
        className="vtable-scroll"
        ref={scroller}
        role="grid"
        aria-label="Samples"
        aria-rowcount={total === null ? -1 : total + 1}
        aria-colcount={layout.columns.length}
        aria-busy={busy}
        aria-activedescendant={at !== null && items.some((i) => i.index === at) ? `sample-row-${at}` : undefined}
        tabIndex={0}
        style={{ '--vrow-columns': layout.template, '--vrow-height': `${rowHeight}px` } as CSSProperties}
        data-testid="samples-table"
        onKeyDown={onKeyDown}
      >
        <div className="vrow vhead" role="row" aria-rowindex={1}>
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
            return (
              <Row
                key={item.key}
                index={item.index}
                top={item.start - HEAD}
                row={row}
                on={row !== undefined && row.id === selected}
                at={at === item.index}
                layout={layout}
                runName={runName}
                colour={colour}
                onPick={onPick}
              />
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

/** The width of an element in rem, to a tenth. */
function useWidth(of: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(70)
  useEffect(() => {
    const box = of.current
    if (!box) return
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.round((10 * entry.contentRect.width) / rem) / 10))
    observer.observe(box)
    return () => observer.disconnect()
  }, [of])
  return width
}
