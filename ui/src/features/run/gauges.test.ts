import { describe, expect, test } from 'vitest'
import type { SandboxGauges } from '../../ipc/types'
import { gauged, programsPerSecond, type Gauged } from './gauges'

const at = (executed: number): SandboxGauges => ({ concurrency: 2, containers: 2, running: 1, waiting: 0, executed, recycled: 0, retried: 0, overturned: 0, languages: [] })

const fold = (readings: [at: number, executed: number][]) => readings.reduce<Gauged | undefined>((before, [ms, executed]) => gauged(before, at(executed), ms), undefined) as Gauged

describe('programsPerSecond', () => {
  test('is not known from one reading', () => {
    expect(programsPerSecond(fold([[0, 5]]))).toBeNull()
    expect(programsPerSecond(gauged(undefined, null, 0))).toBeNull()
  })

  test('is told from the last ten seconds', () => {
    expect(programsPerSecond(fold([[0, 5], [2_000, 25]]))).toBe(10)
    const long = fold(Array.from({ length: 31 }, (_, s): [number, number] => [s * 1000, s <= 20 ? 0 : (s - 20) * 4]))
    expect(long.readings).toHaveLength(11)
    expect(programsPerSecond(long)).toBe(4)
  })

  test('begins anew when the program was started again', () => {
    expect(programsPerSecond(fold([[0, 500], [1_000, 3]]))).toBeNull()
  })
})
