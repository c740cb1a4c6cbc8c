import { useEffect, useMemo, useRef, useState } from 'react'
import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query'
import { SAMPLE_PAGE, useSamplePageOptions } from '../../ipc/results'
import type { SamplePage, SampleQuery, SampleRow } from '../../ipc/types'
import { pagesOf } from './filters'

export type Question = Omit<SampleQuery, 'offset' | 'limit'>

/** Rows before and after those in sight that are fetched with them: a wheel meets no row that is not there. */
const AHEAD = 80

/** How long one rests on pages before they are asked for, in milliseconds; and how long at most until some are. */
const REST = 40
const MOST = 160

/** How long pages are kept that nobody looks at: they are asked for again sooner than they fill the memory. */
const KEPT = 60_000

/** The first page of a question, whose total says how many rows there are. */
export function useFirstPage(query: Question) {
  return useQuery(useSamplePageOptions()(query, 0))
}

export interface Rows {
  /** The row at a place in the list; `undefined` while it is not there yet. */
  rowAt: (index: number) => SampleRow | undefined
  /** Where a sample is among the rows that are there. */
  placeOf: (sample: number) => number | null
  error: unknown
  busy: boolean
}

/** The rows around those in sight, page by page where one looks. */
export function useRows(query: Question, first: ReturnType<typeof useFirstPage>, sight: { first: number; last: number }): Rows {
  const client = useQueryClient()
  const options = useSamplePageOptions()
  const total = first.data?.total ?? 0
  const near = pagesOf(sight.first - AHEAD, Math.min(sight.last + AHEAD, total - 1), SAMPLE_PAGE)
    .filter((page) => page > 0)
    .join()
  const asked = useRested(near)
  const queries = useMemo(
    () => numbers(asked).map((page) => ({ ...options(query, page), placeholderData: undefined, gcTime: KEPT })),
    [asked, options, query],
  )
  const results = useQueries({ queries })

  // While a new question is on its way, the old rows stay in sight; those of its first page alone, for the others are not kept.
  const pages = new Map<number, SamplePage>()
  if (first.data) pages.set(0, first.data)
  for (const page of first.isPlaceholderData ? [] : numbers(near)) {
    const known = client.getQueryData<SamplePage>(options(query, page).queryKey)
    if (known) pages.set(page, known)
  }
  return {
    rowAt: (index) => pages.get(Math.floor(index / SAMPLE_PAGE))?.rows[index % SAMPLE_PAGE],
    placeOf: (sample) => {
      for (const [page, { rows }] of pages) {
        const at = rows.findIndex((row) => row.id === sample)
        if (at >= 0) return page * SAMPLE_PAGE + at
      }
      return null
    },
    error: first.error ?? results.find((r) => r.error)?.error ?? null,
    busy: first.isFetching || near !== asked || results.some((r) => r.isFetching),
  }
}

const numbers = (list: string): number[] => (list === '' ? [] : list.split(',').map(Number))

/** A value one rests on for a moment: a bar that is dragged passes hundreds of pages, and asks for few of them. */
export function useRested(value: string): string {
  const [rested, setRested] = useState(value)
  const since = useRef<number | null>(null)
  useEffect(() => {
    if (value === rested) {
      since.current = null
      return
    }
    since.current ??= performance.now()
    const left = Math.min(REST, since.current + MOST - performance.now())
    const timer = window.setTimeout(() => {
      since.current = null
      setRested(value)
    }, Math.max(0, left))
    return () => window.clearTimeout(timer)
  }, [value, rested])
  return rested
}
