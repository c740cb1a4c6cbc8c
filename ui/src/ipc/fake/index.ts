import { IpcError } from '../error'
import type { Ipc, Listen } from '../ipc'
import type { AppStatus, DatasetStatus, Estimate, ModelStatus, RunEvent, RunProgress, RunSpec, SampleDetail, SampleRow, Settings, TaskProgress } from '../types'
import { fakeAdaptive } from './adaptive'
import { fakeCompare } from './compare'
import { fakeCompareFigure, fakeFlips } from './figures'
import { fakeProblem } from './problem'
import { fakeMachine } from './machine'
import { factsOf, fakeModels, noFacts } from './models'
import { fakeSandbox } from './sandbox'
import { fakeStrategies } from './strategies'
import { fakeTrends } from './trends'
import { fakeUpkeep } from './upkeep'
import { failuresOf, judged, makeRun, problemIds, problemOf, random, sampleDetail, summarise, keepGrid, type FakeRun } from './data'

/**
 * A program behind the window that is not there. `assay-fake` in the local storage tries its states:
 * `state=empty` (a first start), `state=broken` (no engine), `state=many` (100,000 samples), `state=weekly` (lines over time),
 * `state=adaptive` (two models by every strategy, and a run whose strategies a policy chose), `theme=dark`, `running=0`,
 * `memory=short`.
 */
export function makeFakeIpc(params: URLSearchParams): Ipc {
  const state = params.get('state') ?? 'full'
  const theme = params.get('theme')
  const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
  const soon = () => pause(state === 'slow' ? 1500 : 60)

  let settings: Settings = {
    theme: theme === 'dark' || theme === 'light' ? theme : 'system',
    density: params.get('density') === 'compact' ? 'compact' : 'comfortable',
    models: state === 'empty' ? [] : ['openai:qwen2.5-coder-7b@http://127.0.0.1:8080/v1', 'openrouter:openai/gpt-oss-20b'],
    cache_limit_mb: 2000,
  }

  const smol = 'local:smollm2-135m'
  const gemma = 'local:gemma3-270m'
  const big = 'openai:qwen2.5-coder-7b@http://127.0.0.1:8080/v1'
  const router = 'openrouter:openai/gpt-oss-20b'
  const small = 'openai:qwen2.5-coder-1.5b@http://127.0.0.1:8081/v1'
  const minutesAgo = (m: number) => new Date(Date.now() - m * 60_000).toISOString()

  const runs = new Map<string, FakeRun>()
  const keep = (run: FakeRun) => runs.set(run.detail.summary.id, run)
  if (state !== 'empty') {
    keep(makeRun({ id: 'r1', name: 'Starter set, two small models', dataset: 'starter', models: [{ model: smol, skill: 0.45 }, { model: gemma, skill: 0.3 }], created: minutesAgo(60 * 24 * 9), minutes: 4, samples: 4, origin: 'sample_workspace', strategy: 'auto' }))
    keep(makeRun({ id: 'r2', name: 'HumanEval, Qwen2.5-Coder 7B and 1.5B', dataset: 'humaneval', models: [{ model: big, skill: 0.68 }, { model: small, skill: 0.5 }], created: minutesAgo(60 * 26), minutes: 31 }))
    keep(makeRun({ id: 'r3', name: 'HumanEval, SmolLM2', dataset: 'humaneval', models: [{ model: smol, skill: 0.05 }], created: minutesAgo(60 * 5), minutes: 22, strategy: 'instruct' }))
    keep(makeRun({ id: 'r4', name: 'HumanEval, SmolLM2 as completion', dataset: 'humaneval', models: [{ model: smol, skill: 0.09 }], created: minutesAgo(60 * 4), minutes: 19, strategy: 'completion' }))
    keep(makeRun({ id: 'r5', name: 'HumanEval, Gemma 3', dataset: 'humaneval', models: [{ model: gemma, skill: 0.06 }], created: minutesAgo(60 * 3), minutes: 9, status: 'interrupted', cut: 0.4 }))
    keep(makeRun({ id: 'r8', name: 'Starter set, self-repair', dataset: 'starter', models: [{ model: router, skill: 0.7 }], created: minutesAgo(60 * 24 * 8), minutes: 3, samples: 2, strategy: 'self-repair' }))
    keep(makeRun({ id: 'r9', name: 'Starter set, stopped early', dataset: 'starter', models: [{ model: router, skill: 0.62 }, { model: smol, skill: 0.4 }], created: minutesAgo(60 * 24 * 7), minutes: 3, samples: 8, early_stop: { at_least: 5, low: 0.1, high: 0.5, error: 0.05 } }))
    if (params.get('running') !== '0') keep(makeRun({ id: 'r6', name: 'Starter set, SmolLM2 and gpt-oss', dataset: 'starter', models: [{ model: router, skill: 0.6 }, { model: smol, skill: 0.45 }], created: minutesAgo(1), minutes: 1, samples: 5, status: 'running', cut: 0.4 }))
  }
  // Two models every week, of which one loses something on the way.
  if (state === 'weekly')
    for (let week = 8; week >= 0; week -= 1)
      keep(makeRun({ id: `w${9 - week}`, name: `Weekly ${9 - week}`, dataset: 'humaneval', models: [{ model: big, skill: week < 4 ? 0.52 : 0.68 }, { model: small, skill: week === 0 ? 0.35 : 0.5 }], created: minutesAgo(60 * 24 * 7 * week + 45), minutes: 31, strategy: 'instruct', cut: week === 6 ? 0.9 : 1 }))
  if (state === 'adaptive') keepGrid(keep, [{ model: smol, skill: 0.2 }, { model: gemma, skill: 0.12 }], minutesAgo)
  if (state === 'many') keep(makeRun({ id: 'r7', name: 'HumanEval, 100,000 samples', dataset: 'humaneval', models: [{ model: big, skill: 0.68 }, { model: small, skill: 0.5 }], created: minutesAgo(50), minutes: 31, samples: 305 }))

  const models: ModelStatus[] = [
    { id: 'smollm2-135m', reference: smol, title: 'SmolLM2 135M Instruct', licence: 'Apache-2.0', bytes: 98_362_432, ready: state !== 'broken', form: 'Q4_1', chat: true, added: false, key_variable: null, family: 'smollm2', facts: { price: null, context_length: 8192, source: 'the file of the model' } },
    { id: 'gemma3-270m', reference: gemma, title: 'Gemma 3 270M', licence: 'Gemma', bytes: 253_113_024, ready: false, form: 'Q4_K_M', chat: false, added: false, key_variable: null, family: 'gemma-3', facts: noFacts },
  ]
  const datasets: DatasetStatus[] = [
    { id: 'humaneval', title: 'HumanEval', version: '1.0.3', licence: 'MIT', languages: ['python'], n_problems: 164, sha256: 'b796127e635a67f93fb35c04f4cb03cf06f38c8072ee7cee8833d7bee06979ef', state: state === 'broken' ? 'damaged' : 'ready', imported: false },
    { id: 'starter', title: 'Assay starter set', version: '1', licence: 'Apache-2.0', languages: ['python', 'javascript', 'typescript', 'java', 'cpp', 'go', 'rust'], n_problems: 12, sha256: null, state: 'ready', imported: false },
  ]
  const sandbox = fakeSandbox({ built: state !== 'broken', busy: () => [...runs.values()].some((r) => r.detail.summary.status === 'running'), pause })

  const machine = fakeMachine({ full: state !== 'empty', pause })
  const served = fakeModels({ pause, full: state !== 'empty' })
  const strategies = fakeStrategies({ problemOf: (dataset, problem) => problemOf(dataset, problem ?? '', Math.max(0, problemIds(dataset).indexOf(problem ?? ''))) })

  const adaptive = fakeAdaptive({ full: state !== 'empty', runs: () => [...runs.values()], strategies: () => strategies.list().strategies, pause, soon })

  const status = (): AppStatus => ({
    version: '0.1.0',
    data_dir: '/home/ana/.local/share/assay',
    engine: state === 'broken' ? { ok: false, detail: 'No container engine answers', hint: 'install Docker and start it, then check again' } : { ok: true, detail: 'Docker 20.10.24', hint: null },
    languages: sandbox.languages(),
    models: [...models, ...settings.models.map((reference) => ({ id: reference, reference, title: reference.replace(/^[a-z]+:|@.*/g, ''), licence: '', bytes: 0, ready: true, form: '', chat: true, added: true, key_variable: served.variableOf(reference), family: /qwen/.test(reference) ? 'qwen2.5-coder' : 'default', facts: factsOf(reference) }))],
    datasets,
    sample_workspace: runs.has('r1'),
    runs: runs.size,
  })

  const listeners = new Map<string, Set<Listen<RunEvent>>>()
  const clocks = new Map<string, ReturnType<typeof setInterval>>()
  const tell = (event: RunEvent) => listeners.get(event.run)?.forEach((l) => l(event))
  const listen = (run: string, on: Listen<RunEvent>) => {
    const set = listeners.get(run) ?? new Set()
    set.add(on)
    listeners.set(run, set)
  }
  const need = (id: string): FakeRun => {
    const run = runs.get(id)
    if (!run) throw new IpcError({ code: 'run-unknown', message: `there is no run ${id}`, hint: 'it may have been deleted' })
    return run
  }
  const { cancel: cancelUpkeep, ...upkept } = fakeUpkeep({ runs, need, pause, full: state !== 'empty' })
  const paused = new Set<string>()
  const refresh = (run: FakeRun, elapsed: number): RunProgress => {
    const s = run.detail.summary
    const made = summarise({ ...s, created: s.created_at, finished: s.finished_at }, run.rows, elapsed)
    made.progress.memory_short = params.get('memory') === 'short'
    const progress = paused.has(s.id) ? { ...made.progress, paused: true, in_generation: 0, waiting: 0, in_execution: 0, generated: made.progress.done - made.progress.transport_failed, remaining_s: null, remaining_low_s: null, remaining_high_s: null } : made.progress
    run.detail.summary = { ...made, progress }
    run.detail.failures = failuresOf(run.rows)
    return run.detail.summary.progress
  }
  const end = (run: FakeRun, as: 'completed' | 'cancelled') => {
    const id = run.detail.summary.id
    paused.delete(id)
    clearInterval(clocks.get(id))
    clocks.delete(id)
    run.detail.summary.status = as
    run.detail.summary.finished_at = new Date().toISOString()
    const progress = refresh(run, run.detail.summary.progress.elapsed_s)
    tell({ type: 'finished', run: id, status: as, progress, error: null })
  }
  const go = (run: FakeRun) => {
    const id = run.detail.summary.id
    if (clocks.has(id)) return
    run.detail.summary.status = 'running'
    const draw = random(Date.now() % 100_000)
    let elapsed = run.detail.summary.progress.elapsed_s
    clocks.set(
      id,
      setInterval(() => {
        if (paused.has(id)) return
        elapsed += 0.7
        const at = run.rows.findIndex((r) => r.stage !== 'done')
        const row = run.rows[at]
        if (!row) return end(run, 'completed')
        const done: SampleRow = { ...judged(id, row.model, row.problem, row.index, row.strategy, draw() - 0.55, draw), id: row.id }
        run.rows[at] = done
        tell({ type: 'sample_done', run: id, sample: row.id, model: row.model, problem: row.problem, index: row.index, transport: done.transport ?? 'ok', content: done.content, verdict: done.verdict, detail: done.verdict === 'failed' ? 'AssertionError: sums of the first numbers' : null })
        tell({ type: 'progress', run: id, progress: refresh(run, elapsed) })
      }, 700),
    )
  }
  const task = async (on: Listen<TaskProgress>, steps: string[]) => {
    for (let i = 0; i <= 20; i += 1) {
      on({ message: steps[Math.floor((i / 21) * steps.length)] ?? '', fraction: i / 20 })
      await pause(150)
    }
  }
  const stopped = new Set<string>()
  const fetchFirst = async (references: readonly string[], name: string, on: Listen<TaskProgress>): Promise<string[]> => {
    const missing = references.filter((r) => r.startsWith('hf:') && !served.isPulled(r))
    for (const reference of missing) {
      for (let i = 0; i <= 20; i += 1) {
        if (stopped.has(name)) throw new IpcError({ code: 'cancelled', message: 'the download was cancelled', hint: null })
        on({ message: `${reference}: downloading`, fraction: i / 20 })
        await pause(50)
      }
      served.pulled(reference)
    }
    return missing
  }
  const page = (rows: SampleRow[], text: string | null) => (text === null ? rows : rows.filter((r) => `${r.problem} ${r.model}`.toLowerCase().includes(text.toLowerCase())))

  return {
    appStatus: async () => (await soon(), status()),
    listModels: async () => models,
    addModel: async (reference) => {
      const check = await served.check(reference)
      settings = { ...settings, models: [...new Set([...settings.models, reference])] }
      return check
    },
    removeModel: async (reference) => {
      settings = { ...settings, models: settings.models.filter((m) => m !== reference) }
    },
    checkModel: served.check,
    pullModel: async (id, _task, on) => {
      // A repository without GGUF in its name holds safetensors.
      const converts = id.startsWith('hf:') && !/gguf/i.test(id)
      await task(on, converts ? ['downloading', 'converting to GGUF'] : ['downloading', 'verifying'])
      served.pulled(id)
      const known = models.find((m) => m.id === id)
      const model: ModelStatus = known ?? { id, reference: id, title: id.replace(/^[a-z]+:/, ''), licence: 'Apache-2.0', bytes: 397_808_192, ready: true, form: converts ? 'BF16, converted from safetensors' : 'Q4_K_M', chat: true, added: false, key_variable: null, family: 'default', facts: noFacts }
      model.ready = true
      if (!known) models.push(model)
      return model
    },
    listProviders: async () => served.providers(),
    providerModels: served.offers,
    testPrompt: served.test,
    listCustomProviders: async () => (await soon(), served.custom()),
    saveCustomProvider: async (provider) => served.saveCustom(provider),
    removeCustomProvider: async (id) => served.removeCustom(id),
    listKeys: async () => (await soon(), served.keys()),
    setKey: async (variable) => (await soon(), served.setKey(variable)),
    forgetKey: async (variable) => (await soon(), served.forgetKey(variable)),
    keyVariable: async (url) => served.keyVariable(url),
    listStrategies: async () => (await soon(), strategies.list()),
    strategySource: async (id) => (await soon(), strategies.source(id)),
    saveStrategy: async (id, text) => (await soon(), strategies.save(id, text)),
    duplicateStrategy: async (id, newId) => (await soon(), strategies.duplicate(id, newId)),
    deleteStrategy: async (id) => strategies.remove(id),
    previewPrompt: async (request) => (await soon(), strategies.preview(request)),
    listDatasets: async () => datasets,
    pullDataset: async (id, _task, on) => {
      await task(on, ['downloading', 'verifying'])
      const dataset = datasets.find((d) => d.id === id) as DatasetStatus
      dataset.state = 'ready'
      return dataset
    },
    verifyDataset: async (id) => (await soon(), datasets.find((d) => d.id === id) as DatasetStatus),
    importDataset: async () => {
      throw new IpcError({ code: 'bad-record', message: 'problems.jsonl, line 3: field `tests` is missing', hint: 'every line needs task_id, prompt, tests and entry_point' })
    },
    listProblems: async (dataset) => problemIds(dataset).map((id, i) => ({ dataset, id, entry_point: problemOf(dataset, id, i).entry_point, languages: ['python'] })),
    buildSandbox: sandbox.build,
    sandboxGauges: async () => sandbox.gauges(),
    doctor: async () => {
      await pause(300)
      const ok = state !== 'broken'
      return [
        { name: 'Container engine', ok, detail: ok ? 'Docker 20.10.24 answers on its socket' : 'no socket answers', hint: ok ? null : 'install Docker and start it' },
        { name: 'Python image', ok, detail: ok ? 'assay/python is built (Python 3.11.2)' : 'not built', hint: ok ? null : 'build it above' },
        { name: 'Network is closed', ok, detail: 'only the loopback interface is there', hint: null },
        { name: 'Root file system is read-only', ok, detail: 'writing to /etc is refused', hint: null },
        { name: 'Memory limit', ok, detail: '512 MiB are enforced', hint: null },
        { name: 'Process limit', ok, detail: 'a fork bomb stops at 32', hint: null },
      ]
    },
    cancelTask: async (task) => (stopped.add(task), served.cancel(task), adaptive.cancel(task), machine.cancel(task), cancelUpkeep(task), sandbox.cancel(task)),
    health: async () => (await soon(), machine.health(status(), sandbox.gauges(), [...runs.values()].map((r) => r.detail.summary))),
    caches: async () => (await soon(), machine.caches()),
    clearCaches: async (only) => machine.clear(only),
    setCacheLimit: async (megabytes) => {
      settings = { ...settings, cache_limit_mb: megabytes }
      return machine.limit(megabytes)
    },
    benchRuns: async () => (await soon(), machine.benchRuns()),
    startBench: machine.startBench,
    getSettings: async () => settings,
    setSettings: async (next) => {
      settings = next
    },
    estimate: async (spec) => {
      await soon()
      const all = problemIds(spec.dataset).length
      const problems = spec.problems.kind === 'all' ? all : spec.problems.kind === 'first' ? Math.min(all, spec.problems.count) : spec.problems.ids.length
      const samples = problems * spec.models.length * spec.samples
      return {
        problems,
        samples,
        max_completion_tokens: samples * spec.sampling.max_tokens,
        seconds: spec.models.length > 0 ? samples * 2.4 : null,
        downloads: spec.models.map((m) => `${m.provider}:${m.name}`).filter((r) => r.startsWith('hf:') && !served.isPulled(r)),
        basis: 'from 328 earlier samples of the same models',
        ...costs(spec, samples),
        problems_found: state === 'broken' ? [{ code: 'engine-unreachable', message: 'no container engine answers', hint: 'install Docker and start it' }] : [],
      }
    },
    ensureModels: (spec, name, on) => fetchFirst(spec.models.map((m) => `${m.provider}:${m.name}`), name, on),
    ensureModelsOfRun: (id, name, on) => fetchFirst(need(id).detail.summary.models, name, on),
    startRun: async (spec, on) => {
      await soon()
      const id = `n${Date.now()}`
      const refs = spec.models.map((m) => `${m.provider}:${m.name}${m.url ? `@${m.url}` : ''}`)
      const run = makeRun({ id, name: spec.name ?? `${spec.dataset}, ${spec.models.map((m) => m.name).join(', ')}`, dataset: spec.dataset, models: refs.map((model) => ({ model, skill: 0.5 })), created: new Date().toISOString(), minutes: 0, samples: spec.samples, status: 'running', cut: 0 })
      if (spec.problems.kind === 'first') {
        const ids = new Set(problemIds(spec.dataset).slice(0, spec.problems.count))
        run.rows = run.rows.filter((r) => ids.has(r.problem))
      }
      refresh(run, 0)
      keep(run)
      listen(id, on)
      on({ type: 'started', run: id, total: run.rows.length, outstanding: run.rows.length })
      go(run)
      return id
    },
    resumeRun: async (id, on) => {
      const run = need(id)
      listen(id, on)
      on({ type: 'started', run: id, total: run.rows.length, outstanding: run.rows.filter((r) => r.stage !== 'done').length })
      run.detail.summary.finished_at = null
      go(run)
    },
    watchRun: async (id, on) => {
      const run = need(id)
      if (run.detail.summary.status !== 'running') return false
      listen(id, on)
      go(run)
      return true
    },
    cancelRun: async (id) => end(need(id), 'cancelled'),
    pauseRun: async (id, pausing) => {
      const run = need(id)
      if (pausing) paused.add(id)
      else paused.delete(id)
      tell({ type: 'progress', run: id, progress: refresh(run, run.detail.summary.progress.elapsed_s) })
    },
    setPriority: async (id, priority) => void (need(id).detail.priority = priority),
    runFailures: async (id) => failuresOf(need(id).rows),
    ...upkept,
    listRuns: async () => (await soon(), [...runs.values()].map((r) => ({ ...r.detail.summary })).sort((a, b) => b.created_at.localeCompare(a.created_at))),
    getRun: async (id) => (await soon(), { ...need(id).detail }),
    removeSampleWorkspace: async () => void runs.delete('r1'),
    restoreSampleWorkspace: async () => undefined,
    listSamples: async (query) => {
      await soon()
      const has = <T,>(list: T[], value: T | null) => list.length === 0 || (value !== null && list.includes(value))
      let rows = [...runs.values()].flatMap((r) => ((query.runs.length === 0 ? !r.detail.summary.archived : query.runs.includes(r.detail.summary.id)) ? r.rows : []))
      rows = rows.filter((r) => has(query.models, r.model) && has(query.languages, r.language) && has(query.verdicts, r.verdict) && has(query.transports, r.transport) && has(query.contents, r.content) && has(query.strategies, r.strategy) && has(query.rules, r.rule))
      rows = page(rows, query.text)
      const by: Partial<Record<typeof query.sort, (r: SampleRow) => string | number>> = { model: (r) => r.model, problem: (r) => r.problem, verdict: (r) => r.verdict ?? '', duration: (r) => r.duration_ms ?? 0, latency: (r) => r.latency_ms ?? 0, quality: (r) => r.quality ?? -1, cost: (r) => r.cost_usd ?? -1 }
      const value = by[query.sort]
      if (value) rows = [...rows].sort((a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0))
      if (query.descending) rows.reverse()
      return { total: rows.length, rows: rows.slice(query.offset, query.offset + query.limit) }
    },
    getSample: async (id) => {
      await soon()
      for (const run of runs.values()) {
        const row = run.rows.find((r) => r.id === id)
        if (row) return withArm(sampleDetail(run, row), adaptive.armOf(row))
      }
      throw new IpcError({ code: 'sample-unknown', message: `there is no sample ${id}`, hint: null })
    },
    compare: async (query) => (await soon(), fakeCompare(query, query.runs.map(need), [...runs.values()])),
    compareFigure: async (query) => (await soon(), fakeCompareFigure(query, query.compare.runs.map(need), [...runs.values()])),
    flips: async (query, a, b) => (await soon(), fakeFlips(query, a, b, query.runs.map(need), [...runs.values()])),
    trends: async (query) => (await soon(), fakeTrends(query, [...runs.values()])),
    ...adaptive.commands,
    getProblem: async (query) => (await soon(), fakeProblem(query, [...runs.values()])),
    exportFigure: async (_source, format, path) => ({ path: path ?? `/home/ana/Documents/Assay/scores.${format}`, bytes: 12_400, figures: 1 }),
    previewReport: async (query) => {
      await soon()
      const names = query.runs.map((id) => need(id).detail.summary.name)
      return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Report</title><style>body{font:15px/1.6 Georgia,serif;margin:48px auto;padding:0 32px;max-width:680px;color:#222;background:#fff}h1{font-size:26px}table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #ccc;padding:6px 8px;text-align:left}</style></head><body><h1>${query.title ?? 'Comparison of models on HumanEval'}</h1><p>${names.length} runs.</p><table><tr><th>Run</th></tr>${names.map((n) => `<tr><td>${n}</td></tr>`).join('')}</table></body></html>`
    },
    exportReport: async (_query, format, path) => (await pause(300), { path: path ?? `/home/ana/Documents/Assay/report.${format}`, bytes: 184_220, figures: 1 }),
    chooseSavePath: async ({ name, extension }) => `/home/ana/Documents/${name}.${extension}`,
    chooseFile: async () => '/home/ana/Documents/problems.jsonl',
    openPath: async () => undefined,
    revealPath: async () => undefined,
  }
}

const withArm = (detail: SampleDetail, arm: string | null): SampleDetail => ({ ...detail, sample: { ...detail.sample, arm } })

/** As the program says it: from as many tokens as earlier answers had, to every sample using all of its own. */
function costs(spec: RunSpec, samples: number): Pick<Estimate, 'cost_low' | 'cost_high' | 'cost_basis'> {
  const unknown = spec.models.find((m) => m.provider !== 'local' && m.provider !== 'openrouter')
  if (unknown) return { cost_low: null, cost_high: null, cost_basis: `no price is known for ${unknown.name}` }
  const paid = spec.models.filter((m) => m.provider === 'openrouter').length
  if (paid === 0) return { cost_low: 0, cost_high: 0, cost_basis: 'models on this machine cost nothing' }
  const each = (samples * paid) / spec.models.length
  const price = (tokens: number) => (each * (150 * 0.15 + tokens * 0.6)) / 1_000_000
  return { cost_low: price(180), cost_high: price(spec.sampling.max_tokens), cost_basis: 'from 180 tokens an answer, as earlier ones had, to every answer as long as it may be; prices as of 2026-10-01' }
}
