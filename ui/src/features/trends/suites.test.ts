import { describe, expect, test } from 'vitest'
import type { TrendSeriesView, TrendStepView } from '../../ipc/types'
import { latestOf, suitesOf } from './suites'

const series = (key: string, at: readonly string[], latest: Pick<TrendStepView, 'change' | 'at'> | null = null) => {
  const [dataset = '', dataset_version = '', language = ''] = key.split('/')
  return { key, dataset, dataset_version, language, points: at.map((a) => ({ at: a })), latest } as unknown as TrendSeriesView
}

describe('suites', () => {
  test('never hold two versions of a data set; those with lines come first, then the newest', () => {
    const found = suitesOf([series('a/1/python/x/m', ['2026-05-01']), series('b/1/python/x/m', ['2026-01-01', '2026-02-01']), series('b/2/python/x/m', ['2026-03-01']), series('b/1/python/x/n', ['2026-01-01'])])
    expect(found.map((s) => s.key)).toEqual(['b/1/python', 'a/1/python', 'b/2/python'])
    expect(found[0]?.series).toHaveLength(2)
    expect(found[0]?.lines).toHaveLength(1)
  })
})

describe('what changed since last time', () => {
  test('has what became worse first, then what became better, then the newest', () => {
    const step = (change: TrendStepView['change'], at: string) => ({ change, at })
    const found = latestOf([
      series('a/1/python/x/1', [], step('not_shown', '2026-05-01')),
      series('a/1/python/x/2', [], step('improvement', '2026-01-01')),
      series('a/1/python/x/3', []),
      series('a/1/python/x/4', [], step('regression', '2026-01-01')),
      series('a/1/python/x/5', [], step('not_shown', '2026-06-01')),
    ])
    expect(found.map((f) => f.series.key.slice(-1))).toEqual(['4', '2', '5', '1'])
  })
})
