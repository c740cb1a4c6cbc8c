import type { TrendChange, TrendQuery, TrendSeriesView, TrendStepView } from '../../ipc/types'

/** What series have to have in common to be drawn together: the data set, its version and the language. */
export interface Suite {
  key: string
  dataset: string
  version: string
  language: string
  series: TrendSeriesView[]
  /** Of them, those with two runs or more. */
  lines: TrendSeriesView[]
  /** When the newest run began. */
  newest: string
}

/** How many runs are looked at where nothing else is said: enough for years of weekly runs. */
export const NEWEST = 200

/** Every series there is, by the settings of the address. */
export function trendQuery({ k = 1, alpha = '0.05', all }: { k?: number; alpha?: string; all?: true }): TrendQuery {
  return { dataset: null, dataset_version: null, language: null, model: null, strategy: null, newest: all ? null : NEWEST, k, alpha: Number(alpha), tolerated_drop: 0, shown: [] }
}

export const suiteKey = (s: Pick<TrendSeriesView, 'dataset' | 'dataset_version' | 'language'>): string => `${s.dataset}/${s.dataset_version}/${s.language}`

/** Those with lines first, the one with the newest run before the others. */
export function suitesOf(series: readonly TrendSeriesView[]): Suite[] {
  const suites = new Map<string, Suite>()
  for (const one of series) {
    const key = suiteKey(one)
    const suite = suites.get(key) ?? { key, dataset: one.dataset, version: one.dataset_version, language: one.language, series: [], lines: [], newest: '' }
    suite.series.push(one)
    if (one.points.length > 1) suite.lines.push(one)
    const newest = one.points[one.points.length - 1]?.at ?? ''
    if (newest > suite.newest) suite.newest = newest
    suites.set(key, suite)
  }
  // What has most to say first.
  for (const suite of suites.values()) suite.series.sort((a, b) => b.points.length - a.points.length || a.label.localeCompare(b.label))
  const drawn = (s: Suite) => Number(s.lines.length > 0)
  return [...suites.values()].sort((a, b) => drawn(b) - drawn(a) || b.newest.localeCompare(a.newest) || a.key.localeCompare(b.key))
}

const ORDER: Record<TrendChange, number> = { regression: 0, improvement: 1, not_shown: 2 }

export interface Latest {
  series: TrendSeriesView
  step: TrendStepView
}

/** What changed since last time in each series: what became worse first, then what became better, then the rest, the newest first. */
export function latestOf(series: readonly TrendSeriesView[]): Latest[] {
  const found = series.flatMap((one) => (one.latest === null ? [] : [{ series: one, step: one.latest }]))
  return found.sort((a, b) => ORDER[a.step.change] - ORDER[b.step.change] || b.step.at.localeCompare(a.step.at) || a.series.key.localeCompare(b.series.key))
}
