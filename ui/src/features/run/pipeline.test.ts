import { expect, test } from 'vitest'
import { progressOf } from '../../test/progress'
import { stages } from './pipeline'

const progress = progressOf({
  total: 20,
  generated: 12,
  done: 9,
  transport_failed: 1,
  in_generation: 4,
  generation_limit: 6,
  in_execution: 2,
  cache: { answer_hits: 3, answer_misses: 9, execution_hits: 0, execution_misses: 8 },
})

test('stages add up to all samples, those without an answer too', () => {
  const list = stages(progress)
  expect(list.map((s) => [s.key, s.count])).toEqual([
    ['outstanding', 3],
    ['asking', 4],
    ['waiting', 2],
    ['executing', 2],
    ['done', 9],
  ])
  expect(list.reduce((sum, s) => sum + s.count, 0)).toBe(progress.total)
})

test('stages tell their limit and what was known', () => {
  const [, asking, , executing] = stages(progress)
  expect(asking).toMatchObject({ of: 'of 6', known: '3 known, 25\u202f%' })
  expect(executing?.known).toBeNull()
  expect(stages(progressOf({}))[1]?.of).toBeNull()
})
