import { hashedSlot, modelSlots } from '../../design/colours'
import type { CompareQuery, ComparisonView, Figure, PairView, SampleRow, ScoreView } from '../types'
import { random, scoreOf, type FakeRun } from './data'
import { fakeDifferences, markColour } from './figures'

export interface FakeGroup {
  label: string
  rows: SampleRow[]
  runs: Set<string>
}

/** What is compared, by its key. */
export function groupsOf(query: CompareQuery, runs: readonly FakeRun[]): Map<string, FakeGroup> {
  const groups = new Map<string, FakeGroup>()
  for (const run of runs) {
    for (const row of run.rows) {
      const key = query.by === 'model' ? row.model : query.by === 'strategy' ? row.strategy : query.by === 'language' ? row.language : `${row.run}/${row.strategy}/${row.model}`
      const several = runs.filter((r) => r.detail.summary.models.includes(row.model)).length > 1
      const label = query.by === 'series' ? (several ? `${short(row.model)} · ${run.detail.summary.name}` : short(row.model)) : short(key)
      const group = groups.get(key) ?? { label, rows: [], runs: new Set<string>() }
      group.rows.push(row)
      group.runs.add(row.run)
      groups.set(key, group)
    }
  }
  return groups
}

/** A comparison good enough to look at: real pairing and an exact McNemar test, a rough interval. */
export function fakeCompare(query: CompareQuery, runs: readonly FakeRun[], all: readonly FakeRun[]): ComparisonView {
  const groups = groupsOf(query, runs)
  const scores: ScoreView[] = [...groups].map(([key, group]) => {
    const s = scoreOf(group.rows)
    return { key, label: group.label, runs: [...group.runs], value: s.value, low: s.low, high: s.high, kind: 'wilson', n_problems: s.problems, n_samples: s.judged, n_unjudged: s.unjudged, rank: 1, rank_best: 1, rank_worst: 1, tie_group: 1, notes: [] }
  })
  scores.sort((a, b) => (b.value ?? 0) - (a.value ?? 0))

  const pairs: PairView[] = []
  for (let i = 0; i < scores.length; i += 1)
    for (let j = i + 1; j < scores.length; j += 1) {
      const a = scores[i] as ScoreView
      const b = scores[j] as ScoreView
      if (query.baseline !== null && a.key !== query.baseline && b.key !== query.baseline) continue
      const flip = b.key === query.baseline ? false : a.key === query.baseline
      pairs.push(pairOf(flip ? b : a, flip ? a : b, groups))
    }
  const ordered = [...pairs].sort((x, y) => x.p - y.p)
  let running = 0
  ordered.forEach((pair, i) => {
    running = Math.max(running, Math.min(1, pair.p * (ordered.length - i)))
    pair.p_adjusted = running
    pair.significant = running < query.alpha
  })
  let group = 1
  scores.forEach((s, i) => {
    const before = scores[i - 1]
    const apart = before && pairs.find((p) => (p.a === before.key && p.b === s.key) || (p.b === before.key && p.a === s.key))?.significant
    if (apart) group = i + 1
    s.tie_group = group
    s.rank = group
    // Whoever is not shown to differ may stand before it, or behind it.
    const apartFrom = (o: ScoreView) => pairs.find((q) => (q.a === o.key && q.b === s.key) || (q.b === o.key && q.a === s.key))?.significant === true
    s.rank_best = 1 + scores.filter((o, j) => j < i && apartFrom(o)).length
    s.rank_worst = scores.length - scores.filter((o, j) => j > i && apartFrom(o)).length
  })
  const versions = new Set(runs.map((r) => r.detail.summary.dataset))
  const adaptive = runs.some((r) => r.rows.some((row) => row.strategy === 'adaptive'))
  const warnings = [
    ...(versions.size > 1 ? ['the runs use different data sets; only problems they share are paired'] : []),
    ...(adaptive ? ['Scores of adaptive runs are not cross-fitted: the policy may have learned from the very problems it is scored on. What choosing is worth is told by a full grid (Adaptive, Full grid; `assay bandit evaluate`).'] : []),
  ]
  const slots = modelSlots(all.map((r) => r.detail.summary))
  const slotOf = (key: string) => [...slots].find(([model]) => key.includes(model))?.[1] ?? hashedSlot(key)
  for (const pair of pairs) pair.power = powerOf(pair, query.alpha / Math.max(1, pairs.length))
  const view = { query, scores, pairs, n_common: Math.max(0, ...pairs.map((p) => p.n)), figure: fakeFigure({ query, scores }, slotOf), warnings }
  return { ...view, differences: fakeDifferences(view, slotOf) }
}

/** By the same normal approximation as the program's, with z of 0.05 alone. */
function powerOf(pair: PairView, alpha: number): PairView['power'] {
  const se = (pair.high - pair.low) / 3.92
  if (se === 0) return { detectable: null, problems_needed: null, samples_needed: null, words: `On these ${pair.n} problems the difference is the same everywhere: how small a difference would be missed is not known.` }
  const detectable = 2.8 * se
  const needed = pair.diff === 0 ? null : Math.ceil(pair.n * (detectable / pair.diff) ** 2)
  return { detectable, problems_needed: needed, samples_needed: null, words: `${pair.n} problems show a true difference of ${(detectable * 100).toFixed(1)} points or more with 80 % power at a level of ${alpha.toFixed(4)}.${needed === null ? '' : ` To show one of ${Math.abs(pair.diff * 100).toFixed(1)} points, as large as the one seen, it would take ${needed} problems.`}` }
}

export function short(key: string): string {
  return key.replace(/^[a-z]+:/, '').replace(/@https?:.*/, '')
}

function shares(rows: readonly SampleRow[]): Map<string, number> {
  const cells = new Map<string, { n: number; c: number }>()
  for (const row of rows) {
    if (row.stage !== 'done' || row.transport !== 'ok') continue
    const cell = cells.get(row.problem) ?? { n: 0, c: 0 }
    cell.n += 1
    if (row.verdict === 'passed') cell.c += 1
    cells.set(row.problem, cell)
  }
  return new Map([...cells].map(([k, v]) => [k, v.c / v.n]))
}

export function pairOf(a: ScoreView, b: ScoreView, groups: Map<string, { rows: SampleRow[] }>): PairView {
  const left = shares(groups.get(a.key)?.rows ?? [])
  const right = shares(groups.get(b.key)?.rows ?? [])
  const common = [...left.keys()].filter((k) => right.has(k))
  const diffs = common.map((k) => (left.get(k) as number) - (right.get(k) as number))
  const mean = diffs.reduce((s, d) => s + d, 0) / Math.max(1, diffs.length)
  const draw = random(5)
  const means = Array.from({ length: 400 }, () => diffs.reduce((s) => s + (diffs[Math.floor(draw() * diffs.length)] as number), 0) / Math.max(1, diffs.length)).sort((x, y) => x - y)
  const onlyA = diffs.filter((d) => d > 0).length
  const onlyB = diffs.filter((d) => d < 0).length
  return {
    a: a.key,
    b: b.key,
    n: common.length,
    diff: mean,
    low: means[10] ?? 0,
    high: means[389] ?? 0,
    interval: 'BCa bootstrap, 10,000 resamples, seed 1',
    test: onlyA + onlyB < 25 ? 'McNemar, exact' : 'McNemar, mid-p',
    only_a: onlyA,
    only_b: onlyB,
    p: exact(Math.min(onlyA, onlyB), onlyA + onlyB),
    p_adjusted: 1,
    significant: false,
    odds_ratio: onlyB > 0 ? onlyA / onlyB : null,
    power: null,
    note: null,
  }
}

function exact(k: number, n: number): number {
  let term = 0.5 ** n
  let sum = 0
  for (let i = 0; i <= k; i += 1) {
    sum += term
    term = (term * (n - i)) / (i + 1)
  }
  return Math.min(1, 2 * sum)
}

/** The figure the reports would make of it. */
export function fakeFigure(view: Pick<ComparisonView, 'query' | 'scores'>, slotOf: (key: string) => number): Figure {
  const scores = view.scores.map((s) => ({ ...s, value: s.value ?? 0, low: s.low ?? 0, high: s.high ?? 0 }))
  const pct = (v: number) => `${(v * 100).toFixed(1)}\u202f%`
  const what = `pass@${view.query.k}`
  const caption = `Mean unbiased ${what} over problems with 95\u202f% intervals (Wilson); n = ${Math.max(0, ...scores.map((s) => s.n_problems))} problems, ${scores.map((s) => s.n_samples).join(', ')} judged samples per series. HumanEval 1.0.3.`
  const top = Math.min(1, Math.ceil(Math.max(0.2, ...scores.map((s) => s.high)) * 5) / 5)
  return {
    id: `scores-pass-at-${view.query.k}`,
    title: `${what} by ${view.query.by}`,
    subtitle: 'humaneval 1.0.3',
    caption,
    facts: [],
    summary: `${what}. ${scores.map((s) => `${s.label}: ${pct(s.value)}, interval ${pct(s.low)} to ${pct(s.high)}.`).join(' ')}`,
    drawing: {
      kind: 'dot_interval',
      x: {
        label: what,
        unit: '%',
        min: 0,
        max: top,
        ticks: Array.from({ length: Math.round(top * 5) + 1 }, (_, i) => ({ value: i / 5, label: `${i * 20}\u202f%` })),
        format: 'percent',
      },
      categories: scores.map((s) => ({ key: s.key, label: s.label, detail: s.n_unjudged > 0 ? 'incomplete' : null })),
      marks: scores.map((s) => ({
        category: s.key,
        keys: [s.key],
        value: s.value,
        low: s.low,
        high: s.high,
        color: s.n_unjudged > 0 ? { slot: null, light: '#808893', dark: '#8b94a0' } : markColour(slotOf(s.key)),
        emphasis: s.n_unjudged > 0 ? 'muted' : 'normal',
        label: pct(s.value),
        annotation: `${(s.low * 100).toFixed(1)}–${(s.high * 100).toFixed(1)}`,
        description: `${s.label}: ${pct(s.value)}, 95\u202f% interval ${(s.low * 100).toFixed(1)} to ${pct(s.high)}, ${s.n_problems} problems, ${s.n_samples} samples${s.n_unjudged > 0 ? ', incomplete' : ''}.`,
      })),
      references: [],
    },
    table: {
      caption,
      columns: [
        { label: 'Series', unit: null, align: 'start' },
        { label: what, unit: '%', align: 'end' },
        { label: 'Interval', unit: '%', align: 'end' },
        { label: 'Problems', unit: null, align: 'end' },
        { label: 'Samples', unit: null, align: 'end' },
      ],
      rows: scores.map((s) => ({
        cells: [s.label, (s.value * 100).toFixed(1), `${(s.low * 100).toFixed(1)}–${(s.high * 100).toFixed(1)}`, `${s.n_problems}`, `${s.n_samples}`],
        is_muted: s.n_unjudged > 0,
      })),
    },
  }
}
