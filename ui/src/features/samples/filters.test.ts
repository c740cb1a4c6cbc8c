import { describe, expect, test } from 'vitest'
import { chipsOf, nextSort, pagesOf, queryOf, unfiltered, without } from './filters'
import type { SamplesAddress } from '../../app/address'

const address: SamplesAddress = { runs: ['r1'], verdicts: ['failed', 'timeout'], models: ['local:m'], sort: 'duration', desc: true, sample: 4 }

test('the query asks what the address says, and nothing where it says nothing', () => {
  expect(queryOf({})).toEqual({ runs: [], models: [], languages: [], strategies: [], verdicts: [], transports: [], contents: [], rules: [], text: null, sort: 'natural', descending: false })
  expect(queryOf({ ...address, text: '  sum ' })).toMatchObject({ runs: ['r1'], verdicts: ['failed', 'timeout'], text: 'sum', sort: 'duration', descending: true })
})

describe('chips', () => {
  test('there is one for each value, in words', () => {
    expect(chipsOf(address, () => 'My run').map((c) => c.label)).toEqual(['My run', 'm', 'Failed', 'Timeout'])
  })

  test('taking one away leaves the others, and an empty filter is no filter', () => {
    const chips = chipsOf(address, (id) => id)
    const failed = chips.find((c) => c.value === 'failed')
    const run = chips.find((c) => c.filter === 'runs')
    if (!failed || !run) throw new Error('chips are missing')
    expect(without(address, failed).verdicts).toEqual(['timeout'])
    expect(without(address, run).runs).toBeUndefined()
  })

  test('clearing keeps the order, and what is compared with', () => {
    expect(unfiltered(address)).toEqual({ sort: 'duration', desc: true })
    expect(unfiltered({ ...address, against: '9', text: 'sum' })).toEqual({ sort: 'duration', desc: true, against: '9' })
  })
})

test('a heading sorts up, then down, then not at all', () => {
  const up = nextSort({}, 'latency')
  expect(up).toEqual({ sort: 'latency', desc: undefined })
  const down = nextSort(up, 'latency')
  expect(down).toEqual({ sort: 'latency', desc: true })
  expect(nextSort(down, 'latency')).toEqual({ sort: undefined, desc: undefined })
  expect(nextSort(down, 'model')).toEqual({ sort: 'model', desc: undefined })
})

test('pages cover the rows in sight and no others', () => {
  expect(pagesOf(0, 40, 200)).toEqual([0])
  expect(pagesOf(190, 230, 200)).toEqual([0, 1])
  expect(pagesOf(99_800, 99_999, 200)).toEqual([499])
  expect(pagesOf(5, 4, 200)).toEqual([])
})
