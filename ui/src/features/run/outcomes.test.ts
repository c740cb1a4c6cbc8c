import { expect, test } from 'vitest'
import { progressOf } from '../../test/progress'
import { outcomes } from './outcomes'
import { canResume, chosenRuns } from './runs'
import type { RunSummary } from '../../ipc/types'

const progress = progressOf({ total: 20, generated: 12, done: 9, passed: 3, transport_failed: 1, content_failed: 2, verdicts: { passed: 3, failed: 1, timeout: 2 }, in_generation: 4, in_execution: 2 })

test('outcomes add up to what is done: passed first, then the most frequent failures', () => {
  const list = outcomes(progress)
  expect(list.reduce((sum, o) => sum + o.count, 0)).toBe(progress.done)
  expect(list[0]?.key).toBe('passed')
  const counts = list.slice(1).map((o) => o.count)
  expect(counts).toEqual([...counts].sort((a, b) => b - a))
  expect(list.find((o) => o.key === 'timeout')?.filter).toEqual({ verdicts: ['timeout'] })
})

test('a run that stopped can be resumed, one that ended or runs cannot', () => {
  expect((['running', 'completed', 'cancelled', 'interrupted', 'failed'] as const).filter(canResume)).toEqual(['cancelled', 'interrupted', 'failed'])
})

const run = (id: string, dataset: string, status: RunSummary['status'] = 'completed', done = 5) =>
  ({ id, dataset, status, progress: { ...progress, done }, scores: done > 0 ? [{}] : [] }) as unknown as RunSummary

test('a page without a choice shows the newest runs of one data set; an empty choice stays empty', () => {
  const runs = [run('4', 'a', 'running'), run('3', 'a'), run('2', 'b'), run('1', 'a'), run('0', 'a', 'cancelled', 0)]
  expect(chosenRuns(runs, undefined).map((r) => r.id)).toEqual(['3', '1'])
  expect(chosenRuns(runs, ['2', '0', 'gone']).map((r) => r.id)).toEqual(['2'])
  expect(chosenRuns(runs, [])).toEqual([])
})
