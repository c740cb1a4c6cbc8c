import type { Spending } from '../../design/format'
import { CONTENTS, TRANSPORTS, UNANSWERED, UNUSABLE, contentName, transportName } from '../../design/names'
import type { Content, Flags, Headline, Transport } from '../../ipc/types'
import type { SamplesAddress } from '../../app/address'

export interface FlagShare {
  id: 'answered' | 'usable'
  label: string
  /** `162 of 164 requests`. */
  of: string
  good: number
  all: number
  /** In [0, 1]; null while nothing was asked, or answered. */
  share: number | null
  /** What became of them by kind, in words, the failing ones first. */
  kinds: readonly { key: string; label: string; count: number }[]
  /** The samples page's filter that shows the failing ones. */
  filter: Pick<SamplesAddress, 'transports' | 'contents'>
}

/** The two flags of answers as two shares: of what was asked, and of what was answered. */
export function flagShares(flags: Flags): readonly [FlagShare, FlagShare] {
  const { asked, answered, usable } = flags
  const counted = <T extends string>(order: readonly T[], counts: Record<string, number>, name: (kind: T) => string) =>
    [...order]
      .map((kind) => ({ key: kind, label: name(kind), count: counts[kind] ?? 0 }))
      .filter((kind) => kind.count > 0)
  const failingFirst = <T extends string>(all: readonly T[], failing: readonly T[]) => [...failing, ...all.filter((kind) => !failing.includes(kind))]
  return [
    {
      id: 'answered',
      label: 'Answered',
      of: 'requests',
      good: answered,
      all: asked,
      share: asked > 0 ? answered / asked : null,
      kinds: counted<Transport>(failingFirst(TRANSPORTS, UNANSWERED), flags.transports, transportName),
      filter: { transports: [...UNANSWERED] },
    },
    {
      id: 'usable',
      label: 'Usable code',
      of: 'answers',
      good: usable,
      all: answered,
      share: answered > 0 ? usable / answered : null,
      kinds: counted<Content>(failingFirst(CONTENTS, UNUSABLE), flags.contents, contentName),
      filter: { contents: [...UNUSABLE] },
    },
  ]
}

function sumOf(counts: readonly Record<string, number>[]): Record<string, number> {
  const sum: Record<string, number> = {}
  for (const one of counts) for (const [key, n] of Object.entries(one)) sum[key] = (sum[key] ?? 0) + n
  return sum
}

/** The flags of several headlines taken together. */
export function allFlags(headlines: readonly Headline[]): Flags {
  const flags = headlines.map((h) => h.flags)
  const total = (of: (f: Flags) => number) => flags.reduce((sum, f) => sum + of(f), 0)
  return {
    asked: total((f) => f.asked),
    answered: total((f) => f.answered),
    usable: total((f) => f.usable),
    transports: sumOf(flags.map((f) => f.transports)),
    contents: sumOf(flags.map((f) => f.contents)),
  }
}

/** Answers that hold a program: those are scored. */
const scored = ({ contents }: Flags) => Object.entries(contents).reduce((sum, [kind, n]) => (kind === 'no_code' ? sum : sum + (n ?? 0)), 0)

/** Mean quality over several headlines, each by its scored answers; null where none is known. */
export function meanQuality(headlines: readonly Headline[]): number | null {
  let sum = 0
  let weight = 0
  for (const { quality, flags } of headlines) {
    if (quality === null) continue
    const n = Math.max(1, scored(flags))
    sum += quality * n
    weight += n
  }
  return weight === 0 ? null : sum / weight
}

/** What several headlines cost together. */
export function totalCost(headlines: readonly Headline[]): Spending {
  return headlines.reduce<Spending>(
    (sum, h) => ({
      cost_usd: h.cost_usd === null ? sum.cost_usd : (sum.cost_usd ?? 0) + h.cost_usd,
      costs_known: sum.costs_known + h.costs_known,
      costs_unknown: sum.costs_unknown + h.costs_unknown,
    }),
    { cost_usd: null, costs_known: 0, costs_unknown: 0 },
  )
}
