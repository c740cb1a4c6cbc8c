import { expect, test } from 'vitest'
import { EARLY_STOP, earlyStopFault } from './earlyStop'
import { DEFAULT_DRAFT, missing, specOf } from './spec'
import type { DatasetStatus } from '../../ipc/types'

const dataset: DatasetStatus = { id: 'humaneval', title: 'HumanEval', version: '1', licence: 'MIT', languages: ['python'], n_problems: 164, sha256: null, state: 'ready', imported: false }
const draft = { ...DEFAULT_DRAFT, models: ['local:smollm2-135m'], dataset: 'humaneval' }

test('a rule that decides nothing is refused in words', () => {
  expect(earlyStopFault(EARLY_STOP)).toBeNull()
  expect(earlyStopFault({ ...EARLY_STOP, at_least: 0 })).toMatch(/whole number/)
  expect(earlyStopFault({ ...EARLY_STOP, low: 0.6 })).toMatch(/below the second/)
  expect(earlyStopFault({ ...EARLY_STOP, high: 1 })).toMatch(/between 0 and 1/)
  expect(earlyStopFault({ ...EARLY_STOP, error: 0.5 })).toMatch(/error/)
  expect(missing({ ...draft, earlyStop: { ...EARLY_STOP, low: 0.6 } }, dataset).numbers).toMatch(/Stopping early/)
})

test('a spec says what is known, when to stop, and how much it may have', () => {
  expect(specOf(draft, dataset)).toMatchObject({ cache: 'full', early_stop: null, priority: 'normal' })
  expect(specOf({ ...draft, cache: 'refresh', earlyStop: EARLY_STOP, priority: 'low' }, dataset)).toMatchObject({ cache: 'refresh', early_stop: { at_least: 5, low: 0.1, high: 0.5, error: 0.05 }, priority: 'low' })
})
