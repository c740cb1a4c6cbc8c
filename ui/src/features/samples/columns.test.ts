import { expect, test } from 'vitest'
import { layoutOf } from './columns'

const ids = (asked: Partial<Parameters<typeof layoutOf>[0]>) => layoutOf({ width: 100, manyRuns: true, costs: true, sort: undefined, ...asked }).columns.map((c) => c.id)

test('with room there is everything, but the run of one run and costs nobody knows', () => {
  expect(ids({})).toHaveLength(13)
  expect(ids({ manyRuns: false })).not.toContain('run')
  expect(ids({ costs: false })).not.toContain('cost')
})

test('both flags and the verdict stay however narrow it is, and so does what is sorted by', () => {
  const narrow = ids({ width: 20 })
  expect(narrow).toEqual(['problem', 'request', 'code', 'verdict'])
  expect(ids({ width: 20, sort: 'cost', costs: false })).toContain('cost')
})

test('what fits is no wider than the table', () => {
  for (const width of [24, 31, 44, 56, 70, 90]) {
    const { template, columns } = layoutOf({ width, manyRuns: true, costs: true, sort: undefined })
    const least = template.match(/[\d.]+rem/g)?.reduce((sum, w) => sum + parseFloat(w), 0) ?? 0
    expect(least + (columns.length - 1) * 0.75 + 2).toBeLessThanOrEqual(Math.max(width, 22))
  }
})
