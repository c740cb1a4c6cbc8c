import { modelSlots } from '../../design/colours'
import { languageName } from '../../design/names'
import type { ScoreView, SampleRow, TimeLine, TrendQuery, TrendSeriesView, TrendStepView, TrendsView } from '../types'
import { pairOf, short } from './compare'
import { scoreOf, type FakeRun } from './data'
import { markColour } from './figures'

const pct = (v: number) => `${(v * 100).toFixed(1)}\u202f%`
const signed = (v: number) => (Math.abs(v) < 0.0005 ? '0.0' : `${v > 0 ? '+' : '−'}${Math.abs(v * 100).toFixed(1)}`)
const p = (value: number) => (value < 0.001 ? 'p < 0.001' : `p = ${value.toFixed(3)}`)
const WEEK = 7 * 86_400_000
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Series over time good enough to look at: real pairs with an exact McNemar test, Mann–Kendall by the normal approximation. */
export function fakeTrends(query: TrendQuery, all: readonly FakeRun[]): TrendsView {
  const runs = all
    .filter(({ detail: { summary: s } }) => s.status !== 'running' && !s.archived && s.origin !== 'merged' && s.origin !== 'split' && (query.dataset === null || s.dataset === query.dataset) && (query.dataset_version === null || s.dataset_version === query.dataset_version))
    .sort((a, b) => a.detail.summary.created_at.localeCompare(b.detail.summary.created_at))
    .slice(query.newest === null ? 0 : -query.newest)
  const lines = new Map<string, { run: FakeRun; rows: SampleRow[] }[]>()
  for (const run of runs) {
    const { dataset, dataset_version } = run.detail.summary
    const own = new Map<string, SampleRow[]>()
    for (const row of run.rows) {
      if ((query.model !== null && row.model !== query.model) || (query.language !== null && row.language !== query.language) || (query.strategy !== null && row.strategy !== query.strategy)) continue
      const key = [dataset, dataset_version, row.language, row.strategy, row.model].join('/')
      own.set(key, [...(own.get(key) ?? []), row])
    }
    for (const [key, rows] of own) if (scoreOf(rows).judged > 0) lines.set(key, [...(lines.get(key) ?? []), { run, rows }])
  }
  const series = [...lines].map(([key, measured]) => seriesOf(key, measured, query, [...lines.keys()]))
  series.sort((a, b) => a.key.localeCompare(b.key))
  const means = meansOf(series, query.alpha)
  const shown = query.shown.length > 0 ? [...series, ...means].filter((s) => query.shown.includes(s.key)) : series.filter((s) => s.points.length > 1)
  return { query, series, means, n_runs: runs.length, figure: figureOf(query, shown, all) }
}

function seriesOf(key: string, measured: { run: FakeRun; rows: SampleRow[] }[], query: TrendQuery, keys: readonly string[]): TrendSeriesView {
  const first = measured[0] as { run: FakeRun; rows: SampleRow[] }
  const { dataset, dataset_version } = first.run.detail.summary
  const { model, strategy, language } = first.rows[0] as SampleRow
  const scores = measured.map(({ run, rows }) => ({ run: run.detail.summary, score: scoreOf(rows) }))
  const most = Math.max(...scores.map((s) => s.score.problems))
  const points = scores.map(({ run, score }) => ({ run: run.id, run_name: run.name, at: run.created_at, value: score.value ?? 0, low: score.low ?? 0, high: score.high ?? 0, interval: 'Wilson', n_problems: score.problems, n_samples: score.judged, complete: score.unjudged === 0, counted: score.problems * 2 >= most }))
  const groups = new Map(measured.map(({ run, rows }) => [run.detail.summary.id, { rows }]))
  const steps: TrendStepView[] = points.slice(1).map((later, i) => {
    const earlier = points[i] as (typeof points)[number]
    const found = pairOf({ key: later.run } as ScoreView, { key: earlier.run } as ScoreView, groups)
    return { earlier: earlier.run, earlier_name: earlier.run_name, later: later.run, later_name: later.run_name, at: later.at, change: 'not_shown', n: found.n, diff: found.diff, low: found.low, high: found.high, interval: 'bootstrap over problems (BCa)', test: found.test, p: found.p, p_adjusted: 1, differences: later.run === 'w6' ? [{ what: 'version of Assay', values: ['0.1.0', '0.1.1'] }] : [], note: null }
  })
  let running = 0
  const ordered = [...steps].sort((x, y) => x.p - y.p)
  ordered.forEach((step, i) => {
    running = Math.max(running, Math.min(1, step.p * (ordered.length - i)))
    step.p_adjusted = running
    if (running < query.alpha) step.change = step.diff < -query.tolerated_drop ? 'regression' : step.diff > 0 ? 'improvement' : 'not_shown'
  })
  const others = keys.filter((k) => k !== key && k.endsWith(`/${model}`) && k.startsWith(`${dataset}/${dataset_version}/`))
  return {
    key,
    label: others.length > 0 ? `${short(model)} · ${strategy}` : short(model),
    model,
    strategy,
    language,
    dataset,
    dataset_version,
    mean_of: [],
    points,
    n_common: most,
    ...over(points.map((q) => [new Date(q.at).getTime(), q.value]), query.alpha, points.map((q) => q.run)),
    steps,
    latest: steps[steps.length - 1] ?? null,
    notes: points.length === 1 ? ['One run is no trend yet.'] : points.length < 5 ? [`${points.length} runs are too few to show a trend at 0.05, which takes 5; steps between runs can be shown all the same.`] : [],
  }
}

/** The mean of the series that have the same runs, with intervals that are somewhat narrower, and without steps. */
function meansOf(series: readonly TrendSeriesView[], alpha: number): TrendSeriesView[] {
  const alike = new Map<string, TrendSeriesView[]>()
  for (const one of series) {
    const runs = [one.dataset, one.dataset_version, one.language, ...one.points.map((q) => q.run)].join('/')
    if (one.points.length > 1) alike.set(runs, [...(alike.get(runs) ?? []), one])
  }
  return [...alike.values()].flatMap((members) => {
    const first = members[0]
    if (first === undefined || members.length < 2) return []
    const points = first.points.map((q, i) => {
      const mean = (of: (point: TrendSeriesView['points'][number]) => number) => members.reduce((sum, m) => sum + of(m.points[i] ?? q), 0) / members.length
      const value = mean((point) => point.value)
      return { ...q, value, low: value - 0.7 * (value - mean((point) => point.low)), high: value + 0.7 * (mean((point) => point.high) - value), interval: 'bootstrap over problems (BCa)', complete: true }
    })
    const { dataset, dataset_version, language, n_common } = first
    const trend = over(points.map((q) => [new Date(q.at).getTime(), q.value]), alpha, points.map((q) => q.run))
    return [{ key: `${dataset}/${dataset_version}/${language}`, label: `the mean of ${members.length} series`, model: '', strategy: '', language, dataset, dataset_version, mean_of: members.map((m) => m.label), points, n_common, ...trend, steps: [], latest: null, notes: [] }]
  })
}

function over(measured: [number, number][], alpha: number, runs: readonly string[]): Pick<TrendSeriesView, 'slope' | 'level_change'> {
  const n = measured.length
  if (n < 3) return { slope: null, level_change: null }
  let s = 0
  const slopes: number[] = []
  measured.forEach(([t1, v1], j) => {
    for (const [t0, v0] of measured.slice(0, j)) {
      s += Math.sign(v1 - v0)
      slopes.push(((v1 - v0) / (t1 - t0)) * WEEK)
    }
  })
  slopes.sort((a, b) => a - b)
  const at = (share: number) => slopes[Math.min(slopes.length - 1, Math.max(0, Math.round(share * (slopes.length - 1))))] as number
  const two = 2 * (1 - phi(Math.abs(s) / Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18)))
  const significant = two < alpha
  const speed = `${signed(at(0.5))} points a week, interval ${signed(at(0.15))} to ${signed(at(0.85))}`
  const mean = measured.reduce((sum, [, v]) => sum + v, 0) / n
  let sum = 0
  let best = { at: 1, size: 0 }
  measured.slice(0, -1).forEach(([, v], i) => {
    sum += v - mean
    if (Math.abs(sum) > best.size) best = { at: i + 1, size: Math.abs(sum) }
  })
  const level = (part: [number, number][]) => part.reduce((total, [, v]) => total + v, 0) / part.length
  const [before, after] = [level(measured.slice(0, best.at)), level(measured.slice(best.at))]
  const moved = Math.abs(after - before) > 0.08 && n > 5
  const day = new Date(measured[best.at]?.[0] ?? 0).toISOString().slice(0, 10)
  return {
    slope: { tau: s / ((n * (n - 1)) / 2), p: two, significant, value: at(0.5), low: at(0.15), high: at(0.85), unit: 'week', words: significant ? `It ${s < 0 ? 'falls' : 'rises'} (${speed}; ${p(two)}).` : `No trend is shown (${speed}; ${p(two)}).` },
    level_change: { run: runs[best.at] ?? '', before, after, p: moved ? 0.012 : 0.43, significant: moved, words: moved ? `Its level went from ${pct(before)} to ${pct(after)} with the run of ${day} (p = 0.012).` : `No change of level is shown (likeliest at ${day}, p = 0.43).` },
  }
}

/** The normal distribution function (Abramowitz and Stegun 26.2.17). */
function phi(x: number): number {
  const t = 1 / (1 + 0.2316419 * x)
  const tail = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return 1 - (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * tail
}

function figureOf(query: TrendQuery, shown: readonly TrendSeriesView[], all: readonly FakeRun[]): TrendsView['figure'] {
  const slots = modelSlots(all.map((r) => r.detail.summary))
  const times = shown.flatMap((s) => s.points.map((q) => new Date(q.at).getTime()))
  const [first, last] = [Math.min(...times), Math.max(...times)]
  const room = Math.max((last - first) / 25, first === last ? WEEK / 14 : 60_000)
  const [min, max] = times.length > 0 ? [first - room, last + room] : [0, 1]
  const step = [1, 2, 7, 14, 28].map((days) => days * 86_400_000).find((s) => (max - min) / s <= 8) ?? 56 * 86_400_000
  const ticks = times.length > 0 ? Array.from({ length: Math.floor(max / step) - Math.floor(min / step) }, (_, i) => (Math.floor(min / step) + 1 + i) * step) : []
  const day = (ms: number) => `${new Date(ms).getUTCDate()} ${MONTHS[new Date(ms).getUTCMonth()]}`
  const top = Math.min(1, Math.ceil(Math.max(0.2, ...shown.flatMap((s) => s.points.map((q) => q.high))) * 5) / 5)
  const what = `pass@${query.k}`
  const steps = shown.flatMap((s) => s.steps)
  const lines = shown.map((s): TimeLine => ({
    key: s.key,
    label: s.label,
    color: markColour(slots.get(s.model) ?? 0),
    points: s.points.map((q) => {
      const own = s.steps.find((x) => x.later === q.run)
      const told = own ? `; ${signed(own.diff)} points from the run before, ${p(own.p_adjusted)} after correction, ${own.change === 'not_shown' ? 'not significant' : own.change === 'regression' ? 'a regression' : 'an improvement'}` : ''
      return {
        key: q.run,
        x: new Date(q.at).getTime(),
        y: q.value,
        y_low: q.low,
        y_high: q.high,
        emphasis: q.complete && q.counted ? 'normal' : 'muted',
        step: own && own.change !== 'not_shown' ? { is_worse: own.change === 'regression', label: signed(own.diff), color: own.change === 'regression' ? { slot: null, light: '#b4480a', dark: '#f58b45' } : { slot: null, light: '#0072b2', dark: '#4aa8e8' } } : null,
        description: `${s.label}, ${q.run_name}, ${q.at.slice(0, 10)}: ${pct(q.value)}, interval ${(q.low * 100).toFixed(1)}–${(q.high * 100).toFixed(1)}, ${q.n_problems} problems${told}.`,
      }
    }),
    change: s.level_change?.significant
      ? { x: levelAt(s), before: s.level_change.before, after: s.level_change.after, label: `level ${signed(s.level_change.after - s.level_change.before)}, ${p(s.level_change.p)}` }
      : null,
  }))
  const suite = shown[0] ? `${shown[0].dataset} ${shown[0].dataset_version}` : 'none'
  const caption =
    shown.length === 0
      ? 'Nothing is drawn: no run has a score (n = 0 runs, no intervals).'
      : `Mean unbiased ${what} of each run with its 95\u202f% interval (Wilson); n = ${times.length} runs.${shown.length === 1 && shown[0]?.slope ? ` Trend: ${shown[0].slope.words}` : ''} Trends by Mann–Kendall's test with Theil–Sen slopes; changes of level (dashed, where significant) by CUSUM with a permutation test of the order. Triangles: significant differences from the run before, in points, on the problems both judged; McNemar, exact, Holm correction over the steps of a series (${steps.length} in all). α = ${query.alpha}; 10,000 resamples, seed 1. Data set ${suite}.`
  const title = shown.length === 1 ? `${what} of ${shown[0]?.label} over time` : `${what} over time`
  return {
    id: `trend-pass-at-${query.k}`,
    title,
    subtitle: shown[0] ? `${suite}, ${languageName(shown[0].language)}` : null,
    caption,
    facts: [],
    summary: `${title}. ${shown.map((s) => `${s.label}, ${s.points.length} runs: ${s.slope?.words ?? ''} ${s.level_change?.words ?? ''}`).join(' ')}`,
    drawing: {
      kind: 'timeline',
      x: { label: 'Beginning of the run, UTC', unit: null, min, max, ticks: ticks.map((value) => ({ value, label: day(value) })), format: 'date' },
      y: { label: what, unit: '%', min: 0, max: top, ticks: Array.from({ length: Math.round(top * 5) + 1 }, (_, i) => ({ value: i / 5, label: `${i * 20}\u202f%` })), format: 'percent' },
      lines,
    },
    table: {
      caption,
      columns: [
        { label: 'Series', unit: null, align: 'start' },
        { label: 'Run', unit: null, align: 'start' },
        { label: 'Began', unit: 'UTC', align: 'start' },
        { label: what, unit: '%', align: 'end' },
        { label: 'Interval', unit: '%', align: 'end' },
        { label: 'Since the run before', unit: 'points', align: 'end' },
        { label: 'p', unit: 'Holm', align: 'end' },
      ],
      rows: shown.flatMap((s) =>
        s.points.map((q) => {
          const own = s.steps.find((x) => x.later === q.run)
          return { cells: [s.label, q.run_name, q.at.slice(0, 16).replace('T', ' '), (q.value * 100).toFixed(1), `${(q.low * 100).toFixed(1)}–${(q.high * 100).toFixed(1)}`, own ? signed(own.diff) : '—', own ? own.p_adjusted.toFixed(3) : '—'], is_muted: !q.complete || !q.counted }
        }),
      ),
    },
  }
}

/** Between the last run of the old level and the first of the new one. */
function levelAt(series: TrendSeriesView): number {
  const at = series.points.findIndex((q) => q.run === series.level_change?.run)
  const [before, after] = [series.points[at - 1], series.points[at]].map((q) => new Date(q?.at ?? 0).getTime())
  return ((before ?? 0) + (after ?? 0)) / 2
}
