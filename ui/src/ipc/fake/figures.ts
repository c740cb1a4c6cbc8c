import { hashedSlot, modelSlots } from '../../design/colours'
import { languageName } from '../../design/names'
import type { Cell, CompareQuery, ComparisonView, Figure, FigureQuery, FillClass, FlipView, FlipsView, MarkColor, Point, SampleRow } from '../types'
import { fakeCompare, fakeFigure, groupsOf, type FakeGroup } from './compare'
import { grouped, random, wilson, type FakeRun } from './data'
import { IpcError } from '../error'

/** Figures as the reports make them of a comparison, over made-up data. */

const pct = (v: number) => (v * 100).toFixed(1)
const signed = (v: number) => (Math.abs(v) < 0.0005 ? '0.0' : `${v > 0 ? '+' : '\u2212'}${pct(Math.abs(v))}`)
const p = (v: number) => (v < 0.001 ? 'p < 0.001' : `p = ${v.toFixed(v < 0.1 ? 3 : 2)}`)
const shade = (light: string, dark: string): MarkColor => ({ slot: null, light, dark })

export const light = ['#0072b2', '#d55e00', '#008f68', '#b5548f', '#a87900', '#3c93c9', '#5b4fb0', '#7d6a4f']
export const dark = ['#4aa8e8', '#f58b45', '#35c49a', '#e094c3', '#e6b22e', '#93d1f5', '#a79bf0', '#cbb692']
export const markColour = (slot: number): MarkColor => ({ slot: slot % 8, light: light[slot % 8] as string, dark: dark[slot % 8] as string })

const SHARES: [MarkColor, MarkColor][] = [
  [shade('#edf3f8', '#1f2a33'), shade('#1b1f24', '#e8eaed')],
  [shade('#cfe1ef', '#234459'), shade('#1b1f24', '#e8eaed')],
  [shade('#9ec7e3', '#2c6284'), shade('#1b1f24', '#ffffff')],
  [shade('#2a76ad', '#6fb7e3'), shade('#ffffff', '#0b151c')],
  [shade('#0f4f7d', '#b5dcf6'), shade('#ffffff', '#0b151c')],
]
const BETTER: [MarkColor, MarkColor] = [shade('#b9dbf0', '#1c4f70'), shade('#0b2a3d', '#e4f3fd')]
const WORSE: [MarkColor, MarkColor] = [shade('#f7d3b5', '#6d3a14'), shade('#3d1f06', '#fdeee2')]
const NEITHER: [MarkColor, MarkColor] = [shade('#eef0f2', '#272c32'), shade('#59626d', '#a3abb6')]
const BLANK: [MarkColor, MarkColor] = [shade('#ffffff', '#16191e'), shade('#59626d', '#a3abb6')]
const fill = (label: string, [ground, ink]: [MarkColor, MarkColor], sign: FillClass['sign'] = null): FillClass => ({ label, ground, ink, sign })
const category = (key: string, label: string, detail: string | null = null) => ({ key, label, detail })

const isJudged = (r: SampleRow) => r.stage === 'done' && r.transport === 'ok' && r.verdict !== 'infrastructure'

interface Tally {
  judged: number
  passed: number
}

const tallyOf = (rows: readonly SampleRow[]): Tally => ({ judged: rows.filter(isJudged).length, passed: rows.filter((r) => r.verdict === 'passed').length })

export function fakeCompareFigure(query: FigureQuery, runs: readonly FakeRun[], all: readonly FakeRun[]): Figure {
  const { compare } = query
  const view = fakeCompare(query.figure === 'differences' ? compare : { ...compare, baseline: null }, runs, all)
  const groups = groupsOf(compare, runs)
  switch (query.figure) {
    case 'scores':
      return view.figure
    case 'differences':
      return view.differences
    case 'languages':
      return languages(compare, view, groups)
    case 'significance':
      return significance(view)
    case 'cost':
    case 'time':
      return tradeoff(query.figure, view, groups, all)
    case 'problems':
      return problems(query, view, groups, runs)
  }
}

const facts = (view: ComparisonView): Figure['facts'] => [
  { label: 'Problems', value: String(view.n_common) },
  { label: 'Seed', value: '1' },
  { label: 'Data set', value: 'humaneval 1.0.3' },
]

function languages(query: CompareQuery, view: ComparisonView, groups: Map<string, FakeGroup>): Figure {
  // The made-up runs are in Python: other languages are made of the same rows, somewhat harder.
  const names = ['python', 'javascript', 'go', 'rust']
  const cells: Cell[] = []
  const rows = view.scores.map((score, r) => {
    const tally = tallyOf(groups.get(score.key)?.rows ?? [])
    const texts = names.map((name, c) => {
      if (r === view.scores.length - 1 && c === names.length - 1) return '—'
      const passed = Math.round(tally.passed * (1 - 0.13 * c))
      const value = passed / Math.max(1, tally.judged)
      const [low, high] = wilson(passed, tally.judged)
      cells.push({ row: r, column: c, fill: Math.min(4, Math.floor(value * 5)), label: pct(value), annotation: `${pct(low)}–${pct(high)}`, emphasis: score.n_unjudged > 0 ? 'muted' : 'normal', description: `${pct(value)} %, 95 % interval ${pct(low)}–${pct(high)}, ${score.n_problems} problems, ${tally.judged} samples in ${languageName(name)}` })
      return `${pct(value)} (${pct(low)}–${pct(high)})`
    })
    return { cells: [score.label, ...texts], is_muted: false }
  })
  const caption = `Mean unbiased pass@${query.k} in percent by ${query.by} and language, below it the 95 % interval (Wilson); n = ${view.n_common} problems, ${view.n_common} judged samples in each cell; data set humaneval 1.0.3.`
  return {
    id: `languages-pass-at-${query.k}`,
    title: `pass@${query.k} by ${query.by} and language`,
    subtitle: 'humaneval 1.0.3',
    caption,
    facts: facts(view),
    summary: `pass@${query.k} by language.`,
    drawing: {
      kind: 'matrix',
      row_heading: 'Series',
      column_heading: 'Language',
      columns: names.map((n) => category(n, languageName(n))),
      rows: view.scores.map((s) => category(s.key, s.label)),
      density: 'roomy',
      fills: [...SHARES.map((s, i) => fill(`${i * 20}–${(i + 1) * 20} %`, s)), fill('no value', NEITHER, 'dash')],
      cells,
    },
    table: { caption, columns: [{ label: 'Series', unit: null, align: 'start' }, ...names.map((n) => ({ label: languageName(n), unit: '%', align: 'end' as const }))], rows },
  }
}

function significance(view: ComparisonView): Figure {
  const cells: Cell[] = view.scores.flatMap((row, r) =>
    view.scores.flatMap((column, c): Cell[] => {
      if (r === c) return []
      const pair = view.pairs.find((x) => (x.a === row.key && x.b === column.key) || (x.b === row.key && x.a === column.key))
      if (!pair) return [{ row: r, column: c, fill: 3, label: null, annotation: null, emphasis: 'muted', description: 'not compared' }]
      const diff = pair.a === row.key ? pair.diff : -pair.diff
      return [{ row: r, column: c, fill: pair.significant ? (diff >= 0 ? 0 : 1) : 2, label: signed(diff), annotation: p(pair.p_adjusted), emphasis: pair.significant ? 'normal' : 'muted', description: `${signed(diff)} points, ${p(pair.p_adjusted)} after correction, ${pair.significant ? 'significant' : 'not significant'}` }]
    }),
  )
  return {
    ...view.differences,
    id: 'significance-pass-at-1',
    title: 'Differences in pass@1, and which are significant',
    caption: `Differences in percentage points of pass@1, row less column, on the problems both have judged (n = ${view.n_common}); below each its p-value: McNemar, exact, Holm correction over ${view.pairs.length} comparisons. Grey: not significant at ${view.query.alpha}. Data set humaneval 1.0.3.`,
    drawing: {
      kind: 'matrix',
      row_heading: 'Series (row)',
      column_heading: 'less column',
      columns: view.scores.map((s) => category(s.key, s.label)),
      rows: view.scores.map((s) => category(s.key, s.label)),
      density: 'roomy',
      fills: [fill('row scores higher, significant', BETTER), fill('row scores lower, significant', WORSE), fill('not significant', NEITHER), fill('not compared', BLANK, 'dash')],
      cells,
    },
  }
}

function tradeoff(kind: 'cost' | 'time', view: ComparisonView, groups: Map<string, FakeGroup>, all: readonly FakeRun[]): Figure {
  const slots = modelSlots(all.map((r) => r.detail.summary))
  const draw = random(11)
  const write = kind === 'cost' ? (v: number) => `$${v.toPrecision(2)}` : (v: number) => `${v.toFixed(v < 10 ? 1 : 0)} s`
  const known = view.scores.flatMap((score) => {
    const rows = groups.get(score.key)?.rows ?? []
    const times = rows.flatMap((r) => (r.latency_ms === null ? [] : [r.latency_ms / 1000]))
    const x = kind === 'time' ? (times.reduce((s, t) => s + t, 0) / Math.max(1, times.length)) * (0.3 + draw() * 1.6) : 0.00002 * 4 ** (draw() * 6)
    // What runs on this machine has no price.
    return kind === 'cost' && score.key.includes('local:gemma') ? [] : [{ score, x, spread: 0.05 + draw() * 0.1 }]
  })
  const on = known.map(({ score, x }) => !known.some((o) => o.score !== score && o.x <= x && (o.score.value ?? 0) >= (score.value ?? 0)))
  const points: Point[] = known.map(({ score, x, spread }, i) => ({
    key: score.key,
    label: score.label,
    x,
    x_low: x * (1 - spread),
    x_high: x * (1 + spread),
    y: score.value ?? 0,
    y_low: score.low ?? 0,
    y_high: score.high ?? 0,
    color: score.n_unjudged > 0 ? shade('#808893', '#8b94a0') : markColour([...slots].find(([model]) => score.key.includes(model))?.[1] ?? hashedSlot(score.key)),
    emphasis: score.n_unjudged > 0 ? 'muted' : 'normal',
    on_front: on[i] ?? false,
    description: `${score.label}: ${pct(score.value ?? 0)} %, 95 % interval ${pct(score.low ?? 0)}–${pct(score.high ?? 0)}; ${write(x)} an answer; ${on[i] ? 'on the Pareto front' : 'beaten by another'}.`,
  }))
  const front = points.map((_, i) => i).filter((i) => points[i]?.on_front)
  front.sort((a, b) => (points[a]?.x ?? 0) - (points[b]?.x ?? 0))
  const xs = points.flatMap((q) => [q.x_low ?? q.x, q.x_high ?? q.x])
  const isLog = Math.max(...xs) / Math.min(...xs) > 20
  const decades = isLog ? Array.from({ length: Math.ceil(Math.log10(Math.max(...xs))) - Math.floor(Math.log10(Math.min(...xs))) + 1 }, (_, i) => 10 ** (Math.floor(Math.log10(Math.min(...xs))) + i)) : [0, 1, 2, 3, 4, 5].map((i) => (i * Math.max(...xs) * 1.05) / 5)
  const names = front.map((i) => `${points[i]?.label} (${write(points[i]?.x ?? 0)}, ${pct(points[i]?.y ?? 0)} %)`).join('; ')
  const caption = `On the Pareto front, from left to right: ${names}. Bars: 95 % intervals (scores: Wilson; ${kind}: bootstrap over problems (BCa); 10,000 resamples, seed 1); n = ${view.n_common} problems, ${view.n_common} judged samples per series. The dashed line is the front: whoever is off it is beaten by one that ${kind === 'cost' ? 'costs no more' : 'takes no longer'} and scores no less. Data set humaneval 1.0.3.`
  const scores = view.figure.drawing
  return {
    ...view.figure,
    id: `${kind}-pass-at-1`,
    title: `pass@1 against ${kind}`,
    caption,
    summary: caption,
    drawing: {
      kind: 'scatter',
      x: { label: kind === 'cost' ? 'US dollars an answer, mean' : 'Seconds an answer, mean', unit: null, min: decades[0] ?? 0, max: decades[decades.length - 1] ?? 1, ticks: decades.map((value) => ({ value, label: kind === 'cost' ? `$${Number(value.toPrecision(2))}` : write(value) })), format: kind === 'cost' ? 'dollars' : 'seconds' },
      x_scale: isLog ? 'log' : 'linear',
      y: scores.kind === 'dot_interval' ? scores.x : { label: 'pass@1', unit: '%', min: 0, max: 1, ticks: [], format: 'percent' },
      points,
      front,
      better: kind === 'cost' ? 'cheaper and better' : 'faster and better',
    },
    table: {
      caption,
      columns: [
        { label: 'Series', unit: null, align: 'start' },
        { label: 'pass@1', unit: '%', align: 'end' },
        { label: kind === 'cost' ? 'Cost an answer' : 'Time an answer', unit: null, align: 'end' },
        { label: 'Pareto front', unit: null, align: 'start' },
      ],
      rows: points.map((q) => ({ cells: [q.label, pct(q.y), write(q.x), q.on_front ? 'yes' : 'no'], is_muted: q.emphasis === 'muted' })),
    },
  }
}

/** Samples by problem, each group's and everyone's. */
function byProblem(groups: Map<string, FakeGroup>): Map<string, { all: Tally; of: Map<string, Tally> }> {
  const found = new Map<string, { all: Tally; of: Map<string, Tally> }>()
  for (const [key, group] of groups) {
    const rows = grouped(group.rows, (r) => r.problem)
    for (const [problem, own] of rows) {
      const tally = tallyOf(own)
      const entry = found.get(problem) ?? { all: { judged: 0, passed: 0 }, of: new Map<string, Tally>() }
      entry.all = { judged: entry.all.judged + tally.judged, passed: entry.all.passed + tally.passed }
      entry.of.set(key, tally)
      found.set(problem, entry)
    }
  }
  return found
}

const share = (t: Tally) => (t.judged === 0 ? 0 : t.passed / t.judged)
const number = (id: string) => Number(id.split('/')[1])
const datasetOf = (id: string) => (id.startsWith('HumanEval') ? 'humaneval' : 'starter')

function problems({ columns, only_differing, easiest_first }: FigureQuery, view: ComparisonView, groups: Map<string, FakeGroup>, runs: readonly FakeRun[]): Figure {
  const shown = columns.length > 0 ? view.scores.filter((s) => columns.includes(s.key)) : view.scores
  const all = [...byProblem(groups)]
  const kept = all.filter(([, e]) => !only_differing || new Set(shown.flatMap((s) => (e.of.get(s.key)?.judged ? [share(e.of.get(s.key) as Tally)] : []))).size > 1)
  kept.sort(([x, a], [y, b]) => (share(a.all) - share(b.all)) * (easiest_first ? -1 : 1) || number(x) - number(y))
  const single = shown.every((s) => kept.every(([, e]) => (e.of.get(s.key)?.judged ?? 0) <= 1))
  const cells = kept.flatMap(([, e], r) =>
    shown.map((s, c): Cell => {
      const t = e.of.get(s.key)
      const f = t === undefined || t.judged === 0 ? 3 : t.passed === t.judged ? 0 : t.passed === 0 ? 2 : 1
      return { row: r, column: c, fill: f, label: t && t.judged > 0 && !single ? `${t.passed}/${t.judged}` : null, annotation: null, emphasis: 'normal', description: f === 3 ? 'no judged sample' : `${t?.passed} of ${t?.judged} samples passed` }
    }),
  )
  const what = runs[0]?.detail.summary.dataset === 'starter' ? 'starter 1' : 'humaneval 1.0.3'
  const caption = `${kept.length} problems${only_differing ? ` of ${all.length} on which they differ` : ''}, the ${easiest_first ? 'easiest' : 'hardest'} first: by the share of all samples of the chosen runs that pass. Each cell counts samples and is no estimate, so it has no interval; data set ${what}.`
  return {
    id: 'problems',
    title: only_differing ? `Problems on which the ${shown.length} shown differ` : 'Problems by series',
    subtitle: what,
    caption,
    facts: facts(view),
    summary: `${kept.length} problems.`,
    drawing: {
      kind: 'matrix',
      row_heading: 'Problem, of all',
      column_heading: 'Series',
      columns: shown.map((s) => category(s.key, s.label)),
      rows: kept.map(([id, e]) => category(`${datasetOf(id)}/${id}`, id, `${e.all.passed}/${e.all.judged}`)),
      density: 'dense',
      fills: [fill('all samples pass', SHARES[3] as [MarkColor, MarkColor], 'check'), fill('some pass', SHARES[1] as [MarkColor, MarkColor], 'half'), fill('none passes', NEITHER, 'cross'), fill('not judged', BLANK, 'dash')],
      cells,
    },
    table: {
      caption,
      columns: [{ label: 'Problem', unit: null, align: 'start' }, { label: 'All', unit: null, align: 'end' }, ...shown.map((s) => ({ label: s.label, unit: null, align: 'end' as const }))],
      rows: kept.map(([id, e]) => ({ cells: [id, `${e.all.passed}/${e.all.judged}`, ...shown.map((s) => `${e.of.get(s.key)?.passed ?? '—'}/${e.of.get(s.key)?.judged ?? '—'}`)], is_muted: false })),
    },
  }
}

export function fakeFlips(query: CompareQuery, a: string, b: string, runs: readonly FakeRun[], all: readonly FakeRun[]): FlipsView {
  const groups = groupsOf(query, runs)
  const view = fakeCompare(query, runs, all)
  const label = (key: string) => view.scores.find((s) => s.key === key)?.label
  const [label_a, label_b] = [label(a), label(b)]
  if (label_a === undefined || label_b === undefined) throw new IpcError({ code: 'unknown-group', message: `'${label_a === undefined ? a : b}' is none of the compared series`, hint: 'choose among the series that are compared' })
  const solves = (t: Tally) => t.passed * 2 > t.judged
  const found: FlipsView = { a, b, label_a, label_b, n: 0, both: 0, neither: 0, only_a: [], only_b: [] }
  const entries = [...byProblem(groups)].sort(([x, p1], [y, p2]) => share(p1.all) - share(p2.all) || number(x) - number(y))
  for (const [problem, e] of entries) {
    const [of_a, of_b] = [e.of.get(a), e.of.get(b)]
    if (!of_a?.judged || !of_b?.judged) continue
    found.n += 1
    const flip: FlipView = { dataset: datasetOf(problem), problem, language: null, passed_a: of_a.passed, judged_a: of_a.judged, passed_b: of_b.passed, judged_b: of_b.judged, share: share(e.all) }
    if (solves(of_a) && solves(of_b)) found.both += 1
    else if (solves(of_a)) found.only_a.push(flip)
    else if (solves(of_b)) found.only_b.push(flip)
    else found.neither += 1
  }
  return found
}

/** The differences as the reports draw them: hollow and grey where nothing is shown. */
export function fakeDifferences(view: Omit<ComparisonView, 'differences'>, slotOf: (key: string) => number): Figure {
  const label = (key: string) => view.scores.find((s) => s.key === key)?.label ?? key
  const base = fakeFigure(view, slotOf)
  const most = Math.ceil(Math.max(0.1, ...view.pairs.flatMap((q) => [Math.abs(q.low), Math.abs(q.high)])) * 5) / 5
  const ticks = [-most, -most / 2, 0, most / 2, most]
  const caption = `Differences ${view.query.baseline === null ? 'of all pairs' : `from ${label(view.query.baseline)}`} in percentage points of pass@${view.query.k}, on the problems both have judged (n = ${view.n_common}), with 95 % intervals (BCa; 10,000 resamples, seed 1). p: McNemar, exact, Holm correction over ${view.pairs.length} comparisons. Hollow grey: not significant at ${view.query.alpha}. Data set humaneval 1.0.3.`
  return {
    ...base,
    id: `differences-pass-at-${view.query.k}`,
    title: view.query.baseline === null ? `Difference in pass@${view.query.k}` : `Difference in pass@${view.query.k} from ${label(view.query.baseline)}`,
    caption,
    summary: caption,
    drawing: {
      kind: 'dot_interval',
      x: { label: `Difference in pass@${view.query.k}`, unit: 'points', min: -most, max: most, ticks: ticks.map((value) => ({ value, label: signed(value).replace('.0', '') })), format: 'signed_points' },
      categories: view.pairs.map((q) => category(`${q.a}|${q.b}`, label(q.a), view.query.baseline === null ? `− ${label(q.b)}` : null)),
      marks: view.pairs.map((q) => ({
        category: `${q.a}|${q.b}`,
        keys: [q.a, q.b],
        value: q.diff,
        low: q.low,
        high: q.high,
        color: q.significant ? markColour(slotOf(q.a)) : shade('#808893', '#8b94a0'),
        emphasis: q.significant ? 'normal' : 'muted',
        label: signed(q.diff),
        annotation: p(q.p_adjusted),
        description: `${label(q.a)} against ${label(q.b)}: ${signed(q.diff)} points, 95 % interval ${signed(q.low)} to ${signed(q.high)}, ${p(q.p_adjusted)} after correction, ${q.significant ? 'significant' : 'not significant'}.`,
      })),
      references: [{ kind: 'line', value: 0, label: 'no difference' }],
    },
    table: {
      caption,
      columns: [
        { label: 'First', unit: null, align: 'start' },
        { label: 'Second', unit: null, align: 'start' },
        { label: 'Difference', unit: 'points', align: 'end' },
        { label: 'p', unit: 'Holm', align: 'end' },
      ],
      rows: view.pairs.map((q) => ({ cells: [label(q.a), label(q.b), signed(q.diff), q.p_adjusted.toFixed(3)], is_muted: !q.significant })),
    },
  }
}
