import type { SamplesAddress } from '../../app/address'
import type { SampleQuery } from '../../ipc/types'
import { contentName, languageName, modelName, strategyName, transportName, verdictName } from '../../design/names'
import { ruleName } from '../../design/rules'

/** The question that an address asks, without its page. */
export function queryOf(address: SamplesAddress): Omit<SampleQuery, 'offset' | 'limit'> {
  return {
    runs: address.runs ?? [],
    models: address.models ?? [],
    languages: address.languages ?? [],
    strategies: address.strategies ?? [],
    verdicts: address.verdicts ?? [],
    transports: address.transports ?? [],
    contents: address.contents ?? [],
    rules: address.rules ?? [],
    text: address.text?.trim() ? address.text.trim() : null,
    sort: address.sort ?? 'natural',
    descending: address.desc ?? false,
  }
}

export const FILTERS = ['runs', 'models', 'languages', 'strategies', 'verdicts', 'transports', 'contents', 'rules'] as const
export type Filter = (typeof FILTERS)[number]

export interface Chip {
  filter: Filter
  value: string
  label: string
}

/** The filters in force, one chip a value. */
export function chipsOf(address: SamplesAddress, runName: (id: string) => string): Chip[] {
  const label: Record<Filter, (value: string) => string> = {
    runs: runName,
    models: modelName,
    languages: languageName,
    strategies: strategyName,
    verdicts: (v) => verdictName(v as never),
    transports: (v) => transportName(v as never),
    contents: (v) => contentName(v as never),
    rules: ruleName,
  }
  return FILTERS.flatMap((filter) => (address[filter] ?? []).map((value) => ({ filter, value, label: label[filter](value) })))
}

/** The address without one chip. */
export function without(address: SamplesAddress, chip: Chip): SamplesAddress {
  const left = (address[chip.filter] as string[] | undefined)?.filter((v) => v !== chip.value)
  return { ...address, [chip.filter]: left && left.length > 0 ? left : undefined }
}

/** The address without any filter; what is sorted stays sorted, and what is chosen to compare with stays chosen. */
export function unfiltered(address: SamplesAddress): SamplesAddress {
  return { sort: address.sort, desc: address.desc, against: address.against }
}

/** Clicking a heading: first ascending, then descending, then the data set's own order again. */
export function nextSort(address: SamplesAddress, sort: NonNullable<SamplesAddress['sort']>): Pick<SamplesAddress, 'sort' | 'desc'> {
  if (address.sort !== sort) return { sort, desc: undefined }
  if (!address.desc) return { sort, desc: true }
  return { sort: undefined, desc: undefined }
}

/** Which pages hold the rows from first to last. */
export function pagesOf(first: number, last: number, size: number): number[] {
  if (last < first) return []
  const from = Math.floor(Math.max(0, first) / size)
  const to = Math.floor(Math.max(0, last) / size)
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}
