import { hashedSlot, modelSlots } from '../../design/colours'
import { languageName, modelName, strategyName } from '../../design/names'
import { IpcError } from '../error'
import type { Figure, ProblemAnswer, ProblemQuery, ProblemView, SampleRow } from '../types'
import { grouped, problemIds, problemOf, sampleDetail, wilson, type FakeRun } from './data'
import { markColour } from './figures'

/** One problem over made-up runs. */
export function fakeProblem(query: ProblemQuery, runs: readonly FakeRun[]): ProblemView {
  const ids = problemIds(query.dataset)
  const at = ids.indexOf(query.problem)
  if (at < 0) throw new IpcError({ code: 'problem-not-found', message: `there is no problem '${query.problem}' in ${query.dataset}`, hint: 'only problems of installed data sets, and those a run asked, are known' })
  const chosen = runs.filter((r) => r.detail.summary.dataset === query.dataset && (query.runs.length === 0 || query.runs.includes(r.detail.summary.id)))
  const answers = chosen.flatMap((run) =>
    run.rows
      .filter((row) => row.problem === query.problem)
      .map((row): ProblemAnswer => {
        const { sample } = sampleDetail(run, row)
        // Programs that solve it differ a little from one another too.
        const program = sample.cleaned?.replaceAll('numbers', row.id % 3 === 0 ? 'values' : 'numbers') ?? null
        return { sample: row, run_name: run.detail.summary.name, program: row.stage === 'done' ? program : null }
      }),
  )
  answers.sort((a, b) => a.sample.index - b.sample.index || a.sample.id - b.sample.id)
  const judged = answers.filter(({ sample }) => isJudged(sample))
  return {
    query,
    title: query.dataset === 'humaneval' ? 'HumanEval' : 'Assay starter set',
    problems: (query.dataset === 'starter' ? ['python', 'javascript', 'go'] : ['python']).map((language) => ({ ...problemOf(query.dataset, query.problem, at), language })),
    previous: ids[at - 1] ?? null,
    next: ids[at + 1] ?? null,
    figure: figure(query, answers, runs),
    answers: answers.slice(0, 400),
    total: answers.length,
    passed: judged.filter(({ sample }) => sample.verdict === 'passed').length,
    judged: judged.length,
  }
}

const isJudged = (row: SampleRow) => row.stage === 'done' && row.transport === 'ok' && row.verdict !== 'infrastructure'

function figure({ by, dataset, problem }: ProblemQuery, answers: readonly ProblemAnswer[], runs: readonly FakeRun[]): Figure {
  const slots = modelSlots(runs.map((r) => r.detail.summary))
  const keyOf = ({ sample }: ProblemAnswer) => (by === 'model' ? sample.model : by === 'strategy' ? sample.strategy : by === 'language' ? sample.language : `${sample.run}/${sample.strategy}/${sample.model}`)
  const labelOf = (a: ProblemAnswer) => (by === 'model' ? modelName(a.sample.model) : by === 'strategy' ? strategyName(a.sample.strategy) : by === 'language' ? languageName(a.sample.language) : `${modelName(a.sample.model)} · ${a.run_name}`)
  const solvers = [...grouped(answers, keyOf)].map(([key, own]) => {
    const judged = own.filter((a) => isJudged(a.sample)).length
    const passed = own.filter((a) => a.sample.verdict === 'passed').length
    const first = own[0] as ProblemAnswer
    const [low, high] = wilson(passed, judged)
    return { key, label: labelOf(first), judged, passed, share: judged === 0 ? 0 : passed / judged, low, high, slot: slots.get(first.sample.model) ?? hashedSlot(key) }
  })
  solvers.sort((a, b) => b.share - a.share)
  const pct = (v: number) => (v * 100).toFixed(1)
  const version = dataset === 'humaneval' ? '1.0.3' : '1'
  const known = solvers.filter((s) => s.judged > 0)
  const caption = `Share of judged samples that pass ${problem}, with 95 % Wilson intervals over samples; n = 1 problem, ${known.reduce((sum, s) => sum + s.judged, 0)} judged samples; data set ${dataset} ${version}. Hollow grey: none passes. An interval over the samples of one problem says nothing of other problems.`
  return {
    id: 'answers',
    title: `Who solves ${problem}`,
    subtitle: `${dataset} ${version}`,
    caption,
    facts: [{ label: 'Problems', value: '1' }],
    summary: known.map((s) => `${s.label}: ${s.passed} of ${s.judged} samples passed.`).join(' '),
    drawing: {
      kind: 'dot_interval',
      x: { label: 'Samples that pass', unit: '%', min: 0, max: 1, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1].map((value) => ({ value, label: `${value * 100} %` })), format: 'percent' },
      categories: known.map((s) => ({ key: s.key, label: s.label, detail: null })),
      marks: known.map((s) => ({ category: s.key, keys: [s.key], value: s.share, low: s.low, high: s.high, color: s.passed === 0 ? { slot: null, light: '#808893', dark: '#8b94a0' } : markColour(s.slot), emphasis: s.passed === 0 ? 'muted' : 'normal', label: `${s.passed} of ${s.judged}`, annotation: `${pct(s.share)} %`, description: `${s.label}: ${s.passed} of ${s.judged} samples passed, 95 % interval ${pct(s.low)}–${pct(s.high)}.` })),
      references: [],
    },
    table: {
      caption,
      columns: [
        { label: 'Model', unit: null, align: 'start' },
        { label: 'Passed', unit: '%', align: 'end' },
        { label: 'Interval', unit: '%', align: 'end' },
        { label: 'Judged samples', unit: null, align: 'end' },
      ],
      rows: known.map((s) => ({ cells: [s.label, pct(s.share), `${pct(s.low)}–${pct(s.high)}`, String(s.judged)], is_muted: s.passed === 0 })),
    },
  }
}
