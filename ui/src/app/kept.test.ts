import { describe, expect, test } from 'vitest'
import { keep, keptSearch, type Kept } from './kept'

describe('what is kept between pages', () => {
  const compare = { runs: ['r2', 'r3'], baseline: 'r2/auto/x', show: 'problems' as const }
  const kept = keep({}, '/compare', compare)

  test('a comparison is found as it was left, and its runs elsewhere', () => {
    expect(keptSearch(kept, '/compare')).toEqual(compare)
    expect(keptSearch(kept, '/reports')).toEqual({ runs: ['r2', 'r3'] })
    expect(keptSearch(kept, '/samples')).toEqual({ runs: ['r2', 'r3'] })
    expect(keptSearch(kept, '/library')).toEqual({})
  })

  test('samples of one run leave the comparison as it is, and all samples stay all samples', () => {
    const one = keep(kept, '/samples', { runs: ['r2'] })
    expect(keptSearch(one, '/compare')).toEqual(compare)
    expect(keptSearch(one, '/samples')).toEqual({ runs: ['r2'] })
    const all = keep(one, '/samples', {})
    expect(keptSearch(all, '/samples')).toEqual({})
  })

  test('other runs of a report are those of the comparison too, whose baseline may not be among them', () => {
    const other = keep(kept, '/reports', { runs: ['r9'] })
    expect(keptSearch(other, '/compare')).toEqual({ runs: ['r9'], show: 'problems', baseline: undefined })
  })

  test('what changes nothing is the same object', () => {
    expect(keep(kept, '/compare', compare)).toBe(kept)
    expect(keep(kept, '/settings', {})).toBe(kept)
    const empty: Kept = {}
    expect(keep(empty, '/compare', {})).toBe(empty)
  })
})
