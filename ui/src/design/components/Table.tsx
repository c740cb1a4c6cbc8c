import { useState, type KeyboardEvent, type ReactNode } from 'react'
import {
  flexRender,
  getCoreRowModel,
  getSortedRowModel,
  useReactTable,
  type ColumnDef,
  type RowData,
  type SortingState,
} from '@tanstack/react-table'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { Scroll } from './Scroll'

declare module '@tanstack/react-table' {
  // The parameters are those of the library's own interface.
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  interface ColumnMeta<TData extends RowData, TValue> {
    align?: 'right'
    /** Takes what is left of the width. */
    wide?: boolean
    /** May be left out when the window is narrow. */
    minor?: boolean
  }
}

export type { ColumnDef }

interface TableProps<T> {
  label: string
  data: readonly T[]
  // Columns of one table have values of many types.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  columns: ColumnDef<T, any>[]
  rowKey: (row: T) => string
  /** Enter or a click on a row. */
  onOpen?: (row: T) => void
  /** What other keys do on the row that has the focus. */
  rowKeys?: Readonly<Record<string, (row: T) => void>>
  rowClass?: (row: T) => string
  sorting?: SortingState
  empty?: ReactNode
  testId?: string
  rowTestId?: string
}

/** A table that sorts by its headings; rows that open are reached with Tab, arrows and Enter. */
export function Table<T>({ label, data, columns, rowKey, onOpen, rowKeys, rowClass, sorting: initial = [], empty, testId, rowTestId }: TableProps<T>) {
  const [sorting, setSorting] = useState<SortingState>(initial)
  const table = useReactTable({
    data: data as T[],
    columns,
    state: { sorting },
    onSortingChange: setSorting,
    getRowId: rowKey,
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
  })
  if (data.length === 0 && empty) return <>{empty}</>
  const onKey = (event: KeyboardEvent<HTMLTableRowElement>, row: T) => {
    if (event.target !== event.currentTarget) return
    const rows = [...(event.currentTarget.parentElement?.children ?? [])] as HTMLElement[]
    const at = rows.indexOf(event.currentTarget)
    if (event.key === 'Enter') onOpen?.(row)
    else if (event.key === 'ArrowDown') rows[at + 1]?.focus()
    else if (event.key === 'ArrowUp') rows[at - 1]?.focus()
    else if (rowKeys?.[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) rowKeys[event.key]?.(row)
    else return
    event.preventDefault()
  }
  return (
    <Scroll label={label}>
      <table className="table" aria-label={label} data-testid={testId}>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header) => {
                const { meta } = header.column.columnDef
                const sorted = header.column.getIsSorted()
                const title = flexRender(header.column.columnDef.header, header.getContext())
                return (
                  <th
                    key={header.id}
                    scope="col"
                    className={cellClass(meta)}
                    aria-sort={sorted === 'asc' ? 'ascending' : sorted === 'desc' ? 'descending' : undefined}
                  >
                    {header.column.getCanSort() ? (
                      <button type="button" className="th-sort" onClick={header.column.getToggleSortingHandler()}>
                        {title}
                        {sorted === 'asc' && <ArrowUp size={12} aria-hidden />}
                        {sorted === 'desc' && <ArrowDown size={12} aria-hidden />}
                      </button>
                    ) : (
                      title
                    )}
                  </th>
                )
              })}
            </tr>
          ))}
        </thead>
        <tbody>
          {table.getRowModel().rows.map((row) => (
            <tr
              key={row.id}
              className={`${onOpen ? 'row-opens' : ''} ${rowClass?.(row.original) ?? ''}`}
              tabIndex={onOpen ? 0 : undefined}
              data-testid={rowTestId}
              data-key={row.id}
              onClick={
                onOpen
                  ? (e) => {
                      if (!(e.target as HTMLElement).closest('a,button,input,label')) onOpen(row.original)
                    }
                  : undefined
              }
              onKeyDown={onOpen ? (e) => onKey(e, row.original) : undefined}
            >
              {row.getVisibleCells().map((cell) => (
                <td key={cell.id} className={cellClass(cell.column.columnDef.meta)}>
                  {flexRender(cell.column.columnDef.cell, cell.getContext())}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}

function cellClass(meta: { align?: 'right'; wide?: boolean; minor?: boolean } | undefined): string {
  return `${meta?.align === 'right' ? 'cell-right num' : ''} ${meta?.wide ? 'cell-wide' : ''} ${meta?.minor ? 'cell-minor' : ''}`
}
