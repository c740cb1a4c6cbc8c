import { IpcError } from '../error'
import type { Bounded, ChoiceView, Figure, GridModelView, GridQuery, GridView, TimeLine } from '../types'
import { countAxis, percentAxis } from './adaptiveFigures'
import { random, wilson, type FakeRun } from './data'
import { markColour } from './figures'
import { short } from './compare'

/** What choosing is worth on made-up runs: every number but the intervals and the p-values is computed from their samples. */

const pct = (v: number) => (v * 100).toFixed(1)
const signed = (v: number) => `${v > 0 ? '+' : v < 0 ? '−' : ''}${pct(Math.abs(v))}`
const p = (v: number) => (v < 0.001 ? 'p < 0.001' : `p = ${v.toFixed(3)}`)

export function fakeGrid(query: GridQuery, all: readonly FakeRun[], titleOf: (arm: string) => string): GridView {
  const runs = all.filter((r) => query.runs.includes(r.detail.summary.id) && r.detail.summary.strategy !== 'adaptive')
  const byModel = new Map<string, Map<string, Map<string, boolean>>>()
  for (const run of runs)
    for (const row of run.rows) {
      if (row.stage !== 'done' || row.transport !== 'ok' || row.index > 0) continue
      const arm = row.strategy === 'auto' ? 'instruct' : row.strategy
      const arms = byModel.get(row.model) ?? new Map<string, Map<string, boolean>>()
      byModel.set(row.model, arms.set(arm, (arms.get(arm) ?? new Map<string, boolean>()).set(`${run.detail.summary.dataset}/${row.problem}`, row.verdict === 'passed')))
    }
  const models = [...byModel].filter(([, arms]) => arms.size > 1).map(([model, arms]) => modelView(query, model, arms, titleOf))
  const few = [...byModel].filter(([, arms]) => arms.size < 2).map(([model]) => `${short(model)} was asked by one strategy alone and is left out`)
  const adaptive = all.some((r) => query.runs.includes(r.detail.summary.id) && r.detail.summary.strategy === 'adaptive')
  if (models.length === 0) throw new IpcError({ code: 'no-grid', message: 'in these runs no model was asked the same problems by two strategies or more', hint: 'choose runs of one model with several strategies' })
  return { query, models, notes: [...few, ...(adaptive ? ['samples whose strategy a policy chose are left out'] : [])] }
}

function modelView(query: GridQuery, model: string, arms: Map<string, Map<string, boolean>>, titleOf: (arm: string) => string): GridModelView {
  const every = [...new Set([...arms.values()].flatMap((a) => [...a.keys()]))]
  const problems = every.filter((q) => [...arms.values()].every((a) => a.has(q)))
  const n = problems.length
  const names = [...arms.keys()]
  const baseline = query.baseline !== null && arms.has(query.baseline) ? query.baseline : arms.has('instruct') ? 'instruct' : (names[0] as string)
  const of = (arm: string, q: string) => Number(arms.get(arm)?.get(q) ?? false)
  const rate = (each: (q: string) => number) => problems.reduce((sum, q) => sum + each(q), 0) / Math.max(1, n)
  const fixed = names.map((arm) => ({ arm, score: rate((q) => of(arm, q)) })).sort((a, b) => b.score - a.score)
  const best = fixed[0] as (typeof fixed)[number]
  const draw = random(query.seed + model.length)
  // Better than chance at telling which of the best few solves a problem.
  const picks = new Map(problems.map((q) => {
    const top = fixed.slice(0, 3).map((f) => f.arm)
    const solves = top.find((a) => of(a, q) === 1)
    return [q, solves !== undefined && draw() < 0.62 ? solves : (top[Math.floor(draw() * top.length)] as string)]
  }))
  const adaptive = rate((q) => of(picks.get(q) ?? best.arm, q))
  const bounded = (value: number): Bounded => {
    const [low, high] = wilson(value * n, n)
    return { value, low, high }
  }
  const beside = (score: number): Pick<ChoiceView, 'difference' | 'p_adjusted' | 'significant'> => {
    const value = adaptive - score
    const half = 1.96 * Math.sqrt(0.14 / Math.max(1, n))
    const z = Math.abs(value) / (half / 1.96)
    const p_adjusted = Math.min(1, 2 * Math.exp(-0.717 * z - 0.416 * z * z))
    return { difference: { value, low: value - half, high: value + half }, p_adjusted, significant: p_adjusted < 0.05 }
  }
  const none = { difference: null, p_adjusted: null, significant: false }
  const random_ = fixed.reduce((s, f) => s + f.score, 0) / fixed.length
  const choices: ChoiceView[] = [
    { key: 'adaptive', label: 'Adaptive', role: 'adaptive', is_baseline: false, score: bounded(adaptive), ...none },
    ...fixed.map((f) => ({ key: f.arm, label: titleOf(f.arm), role: 'fixed' as const, is_baseline: f.arm === baseline, score: bounded(f.score), ...beside(f.score) })),
    { key: 'best-fixed', label: 'Best one of the other folds', role: 'best_fixed', is_baseline: false, score: bounded(best.score - 0.004), ...beside(best.score - 0.004) },
    { key: 'random', label: 'At random', role: 'random', is_baseline: false, score: bounded(random_), ...none },
    { key: 'oracle', label: 'Best one of each problem', role: 'oracle', is_baseline: false, score: bounded(rate((q) => Number(names.some((a) => of(a, q))))), ...none },
  ]
  const base = choices.find((c) => c.is_baseline) as ChoiceView
  const gain = base.score.value > 0 && base.difference ? { value: base.difference.value / base.score.value, low: base.difference.low / base.score.value, high: base.difference.high / base.score.value } : null
  const picked = names.map((arm) => ({ arm, title: titleOf(arm), count: [...picks.values()].filter((a) => a === arm).length })).filter((a) => a.count > 0).sort((a, b) => b.count - a.count)
  // About what is left of the level to each comparison.
  const detectable = 3.4 * Math.sqrt(0.14 / Math.max(1, n))
  const p0 = base.p_adjusted ?? 1
  const words = `Adaptive solves ${pct(adaptive)}\u202f% of ${n} problems, ${base.label} ${pct(base.score.value)}\u202f%: ${signed(base.difference?.value ?? 0)} points (${p(p0)} after correction)${gain ? `, ${Math.abs(gain.value * 100).toFixed(0)}\u202f% ${gain.value >= 0 ? 'more' : 'fewer'} solved` : ''}. ${base.significant ? 'That is significant.' : `That is not significant: ${n} problems would show a difference of ${pct(detectable)} points four times out of five, after correction for ${names.length + 1} comparisons.`}`
  const note = `Mean pass@1 with 95\u202f% intervals (Wilson), n = ${n} problems; adaptive and best fixed cross-fitted over ${query.folds} folds by source problem; sign-flip permutation test with Holm correction over ${names.length + 2} comparisons, seed ${query.seed}. Oracle: a strategy that solves the problem, where one does; grey, since nobody can know that.`
  const estimators = (['IPS', 'SNIPS', 'DM', 'DR'] as const).map((name, i) => {
    const estimate = adaptive + [0.031, 0.012, -0.022, 0.006][i]!
    const half = [0.11, 0.074, 0.02, 0.052][i]!
    return { name, estimate: { value: estimate, low: estimate - half, high: estimate + half }, truth: adaptive, covers: half > Math.abs(estimate - adaptive), n: n * 4, effective_n: n * [0.6, 0.6, 4, 1.1][i]! }
  })
  return {
    model,
    datasets: [...new Set(problems.map((q) => q.split('/')[0] as string))],
    languages: ['python'],
    n_problems: n,
    n_clusters: n,
    n_left_out: every.length - n,
    baseline,
    choices,
    gain,
    detectable,
    picked,
    scores: scoresFigure(model, choices, note),
    regret: regretFigure(model, n, adaptive, fixed[0]?.score ?? 0, random_),
    estimators,
    words,
  }
}

function scoresFigure(model: string, choices: readonly ChoiceView[], note: string): Figure {
  const says = (c: ChoiceView) => `${c.label}: ${pct(c.score.value)}\u202f%, interval ${pct(c.score.low)}–${pct(c.score.high)}${c.difference ? `; adaptive is ${signed(c.difference.value)} points beside it, ${p(c.p_adjusted ?? 1)} after correction` : ''}.`
  const muted = (c: ChoiceView) => c.role === 'oracle'
  return {
    id: 'adaptive-scores',
    title: `pass@1 by choice of strategy, ${short(model)}`,
    subtitle: 'humaneval 1.0.3, Python',
    caption: note,
    facts: [],
    summary: choices.map(says).join(' '),
    drawing: {
      kind: 'dot_interval',
      x: percentAxis('pass@1', Math.max(...choices.map((c) => c.score.high))),
      categories: choices.map((c) => ({ key: c.key, label: c.label, detail: c.is_baseline ? 'baseline' : c.role === 'fixed' ? null : c.role === 'adaptive' ? 'cross-fitted' : c.role === 'oracle' ? 'out of reach' : null })),
      marks: choices.map((c, i) => ({ category: c.key, keys: [c.key], ...c.score, color: muted(c) ? { slot: null, light: '#808893', dark: '#8b94a0' } : markColour(c.role === 'adaptive' ? 0 : i), emphasis: muted(c) ? 'muted' : 'normal', label: `${pct(c.score.value)}\u202f%`, annotation: `${pct(c.score.low)}–${pct(c.score.high)}`, description: says(c) })),
      references: [{ kind: 'line', value: choices[0]?.score.value ?? 0, label: 'adaptive' }],
    },
    table: {
      caption: note,
      columns: [{ label: 'Choice', unit: null, align: 'start' }, { label: 'pass@1', unit: '%', align: 'end' }, { label: 'Low', unit: '%', align: 'end' }, { label: 'High', unit: '%', align: 'end' }, { label: 'Adaptive beside it', unit: 'points', align: 'end' }, { label: 'p, adjusted', unit: null, align: 'end' }],
      rows: choices.map((c) => ({ cells: [c.label, pct(c.score.value), pct(c.score.low), pct(c.score.high), c.difference ? signed(c.difference.value) : '', c.p_adjusted === null ? '' : c.p_adjusted.toFixed(3)], is_muted: muted(c) })),
    },
  }
}

function regretFigure(model: string, n: number, adaptive: number, best: number, random_: number): Figure {
  const line = (key: string, label: string, each: number, slot: number): TimeLine => ({
    key, label, color: markColour(slot), change: null,
    points: Array.from({ length: 12 }, (_, i) => {
      const x = Math.round(((i + 1) * n) / 12)
      const y = each * x + (key === 'adaptive' ? 4 * (1 - Math.exp(-x / 30)) : 0)
      const half = 0.4 * Math.sqrt(x)
      return { key: `${key}-${x}`, x, y, y_low: Math.max(0, y - half), y_high: y + half, emphasis: 'normal' as const, step: null, description: `${label}: after ${x} decisions ${y.toFixed(1)} solutions behind, interval ${(y - half).toFixed(1)} to ${(y + half).toFixed(1)}.` }
    }),
  })
  const reach = Math.max(adaptive, best) + 0.02
  const lines = [line('adaptive', 'Adaptive', reach - adaptive, 0), line('best', 'Best fixed', reach - best + 0.01, 1), line('random', 'At random', reach - random_, 2)]
  const most = Math.max(...lines.flatMap((l) => l.points.map((q) => q.y_high)))
  const note = `Solutions behind the best strategy in hindsight for each kind of problem, summed over decisions in the order of the data set, mean of 20 orders with 95\u202f% intervals, n = ${n} problems.`
  return {
    id: 'adaptive-regret',
    title: `Regret, ${short(model)}`,
    subtitle: 'humaneval 1.0.3, Python',
    caption: note,
    facts: [],
    summary: lines.map((l) => l.points[l.points.length - 1]?.description ?? '').join(' '),
    drawing: { kind: 'timeline', x: countAxis('Decisions', n), y: countAxis('Regret: solutions behind', most * 1.05), lines },
    table: {
      caption: note,
      columns: [{ label: 'Beside', unit: null, align: 'start' }, ...['Decisions', 'Regret', 'Low', 'High'].map((label) => ({ label, unit: null, align: 'end' as const }))],
      rows: lines.flatMap((l) => l.points.map((q) => ({ cells: [l.label, String(q.x), q.y.toFixed(2), q.y_low.toFixed(2), q.y_high.toFixed(2)], is_muted: false }))),
    },
  }
}
