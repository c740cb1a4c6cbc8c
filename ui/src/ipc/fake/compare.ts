import type { CompareQuery, ComparisonView, PairView, SampleRow, ScoreView } from '../types'
import { random, scoreOf, type FakeRun } from './data'

/** A comparison good enough to look at: real pairing and an exact McNemar test, a rough interval. */
export function fakeCompare(query: CompareQuery, runs: readonly FakeRun[]): ComparisonView {
  const groups = new Map<string, { label: string; rows: SampleRow[]; runs: Set<string> }>()
  for (const run of runs) {
    for (const row of run.rows) {
      const key = query.by === 'model' ? row.model : query.by === 'strategy' ? row.strategy : query.by === 'language' ? row.language : `${row.run}/${row.model}`
      const several = runs.filter((r) => r.detail.summary.models.includes(row.model)).length > 1
      const label = query.by === 'series' ? (several ? `${short(row.model)} · ${run.detail.summary.name}` : short(row.model)) : short(key)
      const group = groups.get(key) ?? { label, rows: [], runs: new Set<string>() }
      group.rows.push(row)
      group.runs.add(row.run)
      groups.set(key, group)
    }
  }
  const scores: ScoreView[] = [...groups].map(([key, group]) => {
    const s = scoreOf(group.rows)
    return { key, label: group.label, runs: [...group.runs], value: s.value, low: s.low, high: s.high, kind: 'wilson', n_problems: s.problems, n_samples: s.judged, n_unjudged: s.unjudged, rank: 1, tie_group: 1 }
  })
  scores.sort((a, b) => b.value - a.value)

  const pairs: PairView[] = []
  for (let i = 0; i < scores.length; i += 1)
    for (let j = i + 1; j < scores.length; j += 1) {
      const a = scores[i] as ScoreView
      const b = scores[j] as ScoreView
      if (query.baseline !== null && a.key !== query.baseline && b.key !== query.baseline) continue
      const flip = b.key === query.baseline ? false : a.key === query.baseline
      pairs.push(pairOf(flip ? b : a, flip ? a : b, groups))
    }
  const ordered = [...pairs].sort((x, y) => (x.p ?? 1) - (y.p ?? 1))
  let running = 0
  ordered.forEach((pair, i) => {
    running = Math.max(running, Math.min(1, (pair.p ?? 1) * (ordered.length - i)))
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
  })
  const versions = new Set(runs.map((r) => r.detail.summary.dataset))
  return { query, scores, pairs, warnings: versions.size > 1 ? ['the runs use different data sets; only problems they share are paired'] : [] }
}

function short(key: string): string {
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

function pairOf(a: ScoreView, b: ScoreView, groups: Map<string, { rows: SampleRow[] }>): PairView {
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
    p_adjusted: null,
    significant: false,
    odds_ratio: onlyB > 0 ? onlyA / onlyB : null,
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
