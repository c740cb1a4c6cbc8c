import { describe, expect, test } from 'vitest'
import { makeRun } from '../../ipc/fake/data'
import { fits, isFiltered } from './runFilter'

const { summary } = makeRun({ id: 'r1', name: 'HumanEval, SmolLM2', dataset: 'humaneval', models: [{ model: 'local:smollm2-135m', skill: 0.5 }], created: '2026-01-01T00:00:00Z', minutes: 1 }).detail
const run = { ...summary, tags: ['Paper'], note: 'before the fix' }

describe('which runs an address asks for', () => {
  test('every word, wherever it stands', () => {
    for (const text of ['humaneval smol', 'FIX', 'r1', 'paper', ' ']) expect(fits(run, { text })).toBe(true)
    expect(fits(run, { text: 'humaneval qwen' })).toBe(false)
  })

  test('all tags, one of the statuses, and the place it is in', () => {
    expect(fits(run, { tags: ['paper'], statuses: ['failed', 'completed'] })).toBe(true)
    expect(fits(run, { tags: ['paper', 'other'] })).toBe(false)
    expect(fits(run, { statuses: ['failed'] })).toBe(false)
    expect(fits(run, { place: 'archived' })).toBe(false)
    expect(fits({ ...run, archived: true }, { place: 'archived' })).toBe(true)
    expect(fits({ ...run, archived: true }, {})).toBe(false)
  })

  test('a place is no filter', () => {
    expect(isFiltered({ place: 'archived' })).toBe(false)
    expect(isFiltered({ tags: ['a'] })).toBe(true)
  })
})
