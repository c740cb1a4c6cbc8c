import { describe, expect, test } from 'vitest'
import { progressOf } from '../../test/progress'
import { timeLeft } from './timeLeft'

const left = (remaining_s: number | null, remaining_low_s: number | null = null, remaining_high_s: number | null = null, paused = false) => timeLeft(progressOf({ remaining_s, remaining_low_s, remaining_high_s, paused }))

describe('timeLeft', () => {
  test('says how sure it is, as coarsely as an estimate may be', () => {
    expect(left(720, 600, 905)).toEqual({ about: 'about 12 min', range: 'between 10 and 15 min' })
    expect(left(42, 33, 58)).toEqual({ about: 'about 40 s', range: 'between 35 and 60 s' })
    expect(left(119, 90, 185)).toEqual({ about: 'about 2 min', range: 'between 90 s and 3 min' })
    expect(left(8_000, 7_000, 9_500)).toEqual({ about: 'about 2.2 h', range: 'between 1.9 and 2.6 h' })
  })

  test('leaves out a range that says nothing more', () => {
    expect(left(720, 715, 730).range).toBeNull()
    expect(left(720).range).toBeNull()
  })

  test('knows no end where the rate may be nothing', () => {
    expect(left(720, 300, null)).toEqual({ about: 'about 12 min', range: 'at least 5 min' })
  })

  test('is not known at first, nor while the run is paused', () => {
    expect(left(null)).toEqual({ about: null, range: 'not known yet' })
    expect(left(720, 600, 900, true)).toEqual({ about: null, range: 'not while it is paused' })
  })
})
