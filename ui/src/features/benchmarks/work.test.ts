import { describe, expect, test } from 'vitest'
import type { DatasetStatus } from '../../ipc/types'
import { makeFakeIpc } from '../../ipc/fake'
import { inWords, plotHistory, rateTicks } from './historyPlot'
import { SMALL, fault, waitingSeconds } from './work'

const starter: DatasetStatus = { id: 'starter', title: 'Starter', version: '1', licence: 'Apache-2.0', languages: ['python'], n_problems: 20, sha256: null, state: 'ready', imported: false }

describe('the work of a measurement', () => {
  test('is small enough for a window, and told before it begins', () => {
    expect(fault(SMALL, starter)).toBeNull()
    expect(waitingSeconds(SMALL)).toBe(8.5)
  })

  test('is refused in words when it cannot be done', () => {
    expect(fault(SMALL, undefined)).toMatch(/data set/)
    expect(fault(SMALL, { ...starter, state: 'missing' })).toMatch(/Fetch/)
    expect(fault({ ...SMALL, languages: [] }, starter)).toMatch(/language/)
    expect(fault({ ...SMALL, models: 65 }, starter)).toMatch(/models/)
    expect(fault({ ...SMALL, problems: null }, starter)).toMatch(/problems/)
    expect(fault({ ...SMALL, baseline: 1 }, starter)).toMatch(/One after another/)
    expect(fault({ ...SMALL, latency_high_ms: 40 }, starter)).toMatch(/at least/)
  })
})

describe('the history', () => {
  test('has ticks of 1, 2 and 5 in each decade', () => {
    expect(rateTicks(1.3, 60)).toEqual([2, 5, 10, 20, 50])
    expect(rateTicks(0.04, 0.3)).toEqual([0.05, 0.1, 0.2])
  })

  test('draws a mark for either way of each measurement, named once', async () => {
    const records = await makeFakeIpc(new URLSearchParams()).benchRuns()
    for (const some of [records, records.slice(0, 1)]) {
      const svg = plotHistory(some, { width: 900, theme: 'light' })
      const marks = [...svg.querySelectorAll('[data-testid="bench-mark"]')]
      expect(marks).toHaveLength(2 * some.length)
      for (const mark of marks) expect(Number(mark.getAttribute('cx') ?? 0)).not.toBeNaN()
      expect(marks.filter((m) => m.getAttribute('tabindex') === '0').map((m) => m.getAttribute('aria-label'))).toEqual([...some].reverse().map(inWords))
    }
    expect(inWords(records[0] as never)).toMatch(/8\.7× as fast, 95 % interval 7\.6× to 10\.0×/)
  })
})
