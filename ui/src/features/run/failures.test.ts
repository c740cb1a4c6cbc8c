import { expect, test } from 'vitest'
import type { FailureKind } from '../../ipc/types'
import { besides, failureFilter, failureKey } from './failures'

const kind = (part: Partial<FailureKind>): FailureKind => ({ transport: 'ok', content: 'ok', verdict: 'failed', count: 3, example: 7, model: 'local:m', problem: 'P/1', detail: null, ...part })

test('a kind’s filter shows exactly its samples', () => {
  expect(failureFilter(kind({}))).toEqual({ verdicts: ['failed'], contents: ['ok'] })
  expect(failureFilter(kind({ verdict: null, content: 'no_code' }))).toEqual({ contents: ['no_code'] })
  expect(failureFilter(kind({ verdict: null, content: null, transport: 'timeout' }))).toEqual({ transports: ['timeout'] })
})

test('kinds of the same verdict are told apart', () => {
  const cut = kind({ content: 'incomplete' })
  expect(besides(cut)).toBe('incomplete')
  expect(besides(kind({}))).toBeNull()
  expect(failureKey(cut)).not.toBe(failureKey(kind({})))
})
