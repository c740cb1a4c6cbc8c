import { describe, expect, test } from 'vitest'
import { makeRun } from '../../ipc/fake/data'
import type { RunSummary } from '../../ipc/types'
import { chosenRuns, knownTags } from './runs'

const run = (id: string, part: Partial<RunSummary> = {}): RunSummary => ({
  ...makeRun({ id, name: id, dataset: 'starter', models: [{ model: 'local:a', skill: 0.5 }], created: '2026-01-01T00:00:00Z', minutes: 1 }).detail.summary,
  ...part,
})

describe('which runs a page is about', () => {
  test('the newest of one data set, without what was put away', () => {
    const runs = [run('c', { archived: true }), run('b'), run('x', { dataset: 'humaneval' }), run('a')]
    expect(chosenRuns(runs, undefined).map((r) => r.id)).toEqual(['b', 'a'])
  })

  test('what is named, put away or not', () => {
    const runs = [run('c', { archived: true }), run('b')]
    expect(chosenRuns(runs, ['c']).map((r) => r.id)).toEqual(['c'])
  })
})

test('a tag is offered once, in its most usual spelling', () => {
  expect(knownTags([run('a', { tags: ['GPU', 'paper'] }), run('b', { tags: ['gpu'] }), run('c', { tags: ['gpu', 'Baseline'] })])).toEqual(['Baseline', 'gpu', 'paper'])
})
