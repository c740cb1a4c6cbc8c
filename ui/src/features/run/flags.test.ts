import { expect, test } from 'vitest'
import { spending, spendingShort } from '../../design/format'
import { allFlags, flagShares, meanQuality, totalCost } from './flags'
import type { Flags, Headline } from '../../ipc/types'

const flags: Flags = { asked: 10, answered: 8, usable: 6, transports: { ok: 8, timeout: 1, refused: 1 }, contents: { ok: 6, no_code: 2 } }
const headline = (part: Partial<Headline>): Headline => ({ model: 'm', strategy: 'auto', value: 0.5, low: 0.2, high: 0.8, kind: 'wilson', n_problems: 10, n_samples: 8, n_unjudged: 0, flags, quality: null, cost_usd: null, costs_known: 0, costs_unknown: 0, ...part })

test('the second flag is a share of what was answered, not of what was asked', () => {
  const [answered, usable] = flagShares(flags)
  expect(answered).toMatchObject({ good: 8, all: 10, share: 0.8 })
  expect(usable).toMatchObject({ good: 6, all: 8, share: 0.75 })
})

test('what failed comes first, and its filter shows nothing that did not', () => {
  const [answered, usable] = flagShares(flags)
  expect(answered.kinds.map((k) => k.key)).toEqual(['timeout', 'refused', 'ok'])
  expect(usable.kinds.map((k) => k.key)).toEqual(['no_code', 'ok'])
  expect(answered.filter.transports).not.toContain('ok')
  expect(answered.filter.transports).not.toContain('provided')
  expect(usable.filter.contents).not.toContain('ok')
})

test('nothing asked has no share', () => {
  const [answered, usable] = flagShares({ asked: 0, answered: 0, usable: 0, transports: {}, contents: {} })
  expect(answered.share).toBeNull()
  expect(usable.share).toBeNull()
})

test('headlines add up', () => {
  expect(allFlags([headline({}), headline({})])).toMatchObject({ asked: 20, answered: 16, usable: 12, transports: { ok: 16, timeout: 2, refused: 2 } })
  expect(meanQuality([headline({}), headline({})])).toBeNull()
  expect(meanQuality([headline({ quality: 1 }), headline({ quality: 0.5, flags: { ...flags, contents: { ok: 10, syntax_error: 8, no_code: 4 } } }), headline({})])).toBeCloseTo(0.625)
  expect(spending(totalCost([headline({})]))).toBeNull()
  const some = [headline({ cost_usd: 0.1, costs_known: 8 }), headline({ costs_unknown: 3 }), headline({ cost_usd: 0.2, costs_known: 29 })]
  expect(spending(totalCost(some))).toBe('at least $0.30 (cost of 3 of 40 answers unknown)')
  expect(spendingShort(totalCost(some))).toBe('\u2265\u2009$0.30')
  expect(spending(totalCost(some.slice(2)))).toBe('$0.20')
})
