import type { Content, EarlyStop, FailureKind, Headline, Problem, ProgramDiversity, Quality, RunDetail, RunSpec, RunSummary, SampleDetail, SampleRow, Transport, Turn, Verdict } from '../types'

/** Made-up but plausible data for development in a browser. Nothing of it is in a production build. */

export function random(seed: number): () => number {
  let s = seed >>> 0
  return () => {
    s = (s + 0x6d2b79f5) >>> 0
    let t = s
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export interface FakeRun {
  detail: RunDetail
  rows: SampleRow[]
}

const entryPoints = ['running_total', 'longest_word', 'merge_intervals', 'is_balanced', 'roman_to_int', 'flatten', 'rotate_left', 'common_prefix', 'digit_sum', 'unique_sorted', 'caesar', 'moving_average']

const prompts: Record<string, string> = {
  running_total: 'from typing import List\n\n\ndef running_total(numbers: List[int]) -> List[int]:\n    """Return the sums of the first one, two, ... numbers.\n\n    >>> running_total([1, 2, 3])\n    [1, 3, 6]\n    """\n',
}

export function problemOf(dataset: string, id: string, index: number): Problem {
  const name = entryPoints[index % entryPoints.length] as string
  const prompt = prompts[name] ?? `def ${name}(values):\n    """Solve ${name.replaceAll('_', ' ')} for the values given.\n\n    An empty list gives an empty answer.\n    """\n`
  return {
    dataset,
    id,
    cluster: id,
    language: 'python',
    prompt,
    entry_point: name,
    canonical_solution: '    total = 0\n    sums = []\n    for number in numbers:\n        total += number\n        sums.append(total)\n    return sums\n',
    tests: `def check(candidate):\n    assert candidate([]) == []\n    assert candidate([1]) == [1]\n    assert candidate([1, 2, 3]) == [1, 3, 6], "sums of the first numbers"\n    assert candidate([0, -1]) == [0, -1]\n`,
    test_form: 'check_function',
  }
}

export function problemIds(dataset: string): string[] {
  const [n, prefix] = dataset === 'humaneval' ? [164, 'HumanEval'] : [12, 'starter']
  return Array.from({ length: n }, (_, i) => `${prefix}/${i}`)
}

let nextSample = 1

interface Skill {
  model: string
  skill: number
}

export function makeRun(
  options: { id: string; name: string; dataset: string; models: Skill[]; created: string; minutes: number; samples?: number; origin?: RunSummary['origin']; status?: RunSummary['status']; strategy?: string; cut?: number; early_stop?: EarlyStop },
): FakeRun {
  const { id, name, dataset, models, created, minutes, samples = 1, origin = 'evaluated', status = 'completed', strategy = 'auto', cut = 1, early_stop = null } = options
  const ids = problemIds(dataset)
  const draw = random([...id].reduce((h, c) => h * 31 + c.charCodeAt(0), 7))
  const hard = random(99)
  const hardness = ids.map(() => hard())
  const rows: SampleRow[] = []
  for (const { model, skill } of models) {
    ids.forEach((problem, p) => {
      for (let index = 0; index < samples; index += 1) {
        const done = rows.length < cut * ids.length * models.length * samples
        rows.push(done ? judged(id, model, problem, index, strategy, skill - (hardness[p] as number) + (draw() - 0.5) * 0.35, draw) : pending(id, model, problem, index, strategy))
      }
    })
  }
  const finished = status === 'running' ? null : new Date(new Date(created).getTime() + minutes * 60_000).toISOString()
  const spec: RunSpec = {
    name,
    models: models.map((m) => {
      const colon = m.model.indexOf(':')
      const at = m.model.indexOf('@http')
      return { provider: m.model.slice(0, colon), name: m.model.slice(colon + 1, at < 0 ? undefined : at), url: at < 0 ? null : m.model.slice(at + 1) }
    }),
    dataset,
    languages: ['python'],
    problems: { kind: 'all' },
    strategy,
    samples,
    sampling: { temperature: samples > 1 ? 0.8 : 0, top_p: null, max_tokens: 512, stop: [] },
    seed: 20260,
    limits: { wall_ms: 3000, memory_mb: 512, processes: 32, output_bytes: 1048576, kept_output_bytes: 16384, disk_mb: 32, open_files: 128 },
    concurrency: 16,
    cache: 'full',
    early_stop,
    priority: 'normal',
  }
  const detail: RunDetail = {
    summary: summarise({ id, name, status, origin, dataset, strategy, created, finished, models: models.map((m) => m.model) }, rows, minutes * 60),
    spec,
    environment: {
      assay_version: '0.1.0',
      platform: 'linux x86_64',
      dataset_version: dataset === 'humaneval' ? '1.0.3' : '1',
      dataset_sha256: 'b796127e635a67f93fb35c04f4cb03cf06f38c8072ee7cee8833d7bee06979ef',
      engine: 'Docker 20.10.24',
      images: { python: 'sha256:5d9c0a7fbb1e2f3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f7081927e21' },
      toolchains: { python: 'Python 3.11.2' },
      models: Object.fromEntries(models.filter((m) => m.model.startsWith('local:')).map((m) => [m.model, 'sha256:b179c952e1f0a4c8d2b6e5f7a9c3d1e0f2b4a6c8e0d2f4b6a8c0e2d4f6b8a0c2'])),
      timeout_scale: 1.12,
    },
    error: status === 'failed' ? { code: 'engine-unreachable', message: 'the container engine stopped answering', hint: 'start Docker, then resume the run' } : null,
    command: `assay eval --dataset ${dataset} ${models.map((m) => `--model ${m.model}`).join(' ')} --samples ${samples} --seed 20260`,
    priority: 'normal',
    failures: failuresOf(rows),
    diversity: diversityOf(models.map((m) => m.model), rows),
    saved_usd: models.some((m) => m.model.startsWith('openrouter:')) ? 0.00094 : null,
    answers_cached: origin === 'evaluated' ? Math.round(rows.length * 0.18) : 0,
    executions_cached: origin === 'evaluated' ? Math.round(rows.length * 0.22) : 0,
    sources: [],
    differences: [],
  }
  return { detail, rows }
}

/** As the store groups them. */
export function failuresOf(rows: readonly SampleRow[]): FailureKind[] {
  const kinds = new Map<string, FailureKind>()
  for (const row of rows) {
    if (row.stage !== 'done' || row.verdict === 'passed') continue
    const key = `${row.transport} ${row.content} ${row.verdict}`
    const known = kinds.get(key)
    if (known) known.count += 1
    else kinds.set(key, { transport: row.transport, content: row.content, verdict: row.verdict, count: 1, example: row.id, model: row.model, problem: row.problem, detail: row.detail })
  }
  return [...kinds.values()].sort((a, b) => b.count - a.count)
}

function diversityOf(models: readonly string[], rows: readonly SampleRow[]): ProgramDiversity[] {
  return models.flatMap((model, i) => {
    const written = rows.filter((r) => r.model === model && r.quality !== null)
    const several = new Set(written.filter((r) => r.index > 0).map((r) => r.problem))
    if (several.size === 0) return []
    return [{ model, n_problems: several.size, n_samples: written.length, distinct_programs: 0.84 - i * 0.2, distinct_shapes: 0.61 - i * 0.17 }]
  })
}

/** The samples of other runs, in one of their own; those that were asked twice follow. */
export function copyRows(run: string, rows: readonly SampleRow[]): SampleRow[] {
  const reached = new Map<string, number>()
  return rows.map((row) => {
    const key = `${row.model} ${row.language} ${row.problem}`
    const index = reached.get(key) ?? 0
    reached.set(key, index + 1)
    return { ...row, run, index, id: nextSample++ }
  })
}

function pending(run: string, model: string, problem: string, index: number, strategy: string): SampleRow {
  return { id: nextSample++, run, model, language: 'python', problem, index, strategy, stage: 'pending', transport: null, content: null, verdict: null, detail: null, duration_ms: null, latency_ms: null, completion_tokens: null, rule: null, detected: null, quality: null, cost_usd: null }
}

export function judged(run: string, model: string, problem: string, index: number, strategy: string, margin: number, draw: () => number): SampleRow {
  let verdict: Verdict | null = 'passed'
  let content: Content = 'ok'
  let transport: Transport = 'ok'
  if (margin < 0) {
    const kind = draw()
    if (kind < 0.52) verdict = 'failed'
    else if (kind < 0.8) verdict = 'exception'
    else if (kind < 0.86) verdict = 'timeout'
    else if (kind < 0.875) verdict = 'memory'
    else if (kind < 0.985) {
      verdict = null
      content = kind < 0.91 ? 'syntax_error' : kind < 0.935 ? 'incomplete' : kind < 0.96 ? 'wrong_language' : 'no_code'
    } else {
      verdict = null
      transport = 'timeout'
    }
  }
  const answered = transport === 'ok'
  const written = answered ? Math.round(40 + draw() * 260) : null
  const sure = 0.86 + draw() * 0.14
  return {
    id: nextSample++,
    run,
    model,
    language: 'python',
    problem,
    index,
    strategy,
    stage: 'done',
    transport,
    content: answered ? content : null,
    verdict,
    detail: verdict === 'failed' ? 'AssertionError: sums of the first numbers' : verdict === 'exception' ? 'IndexError: list index out of range' : verdict === 'timeout' ? 'ran longer than 3,360 ms' : null,
    duration_ms: verdict === null ? null : verdict === 'timeout' ? 3360 : 4 + draw() * 30,
    latency_ms: 900 + draw() * 5200,
    completion_tokens: written,
    rule: !answered ? null : content === 'no_code' ? 'no_code' : content === 'wrong_language' ? 'other_language' : strategy === 'completion' ? 'prompt_joined' : sure > 0.97 ? 'salvaged' : 'fence',
    detected: !answered || content === 'no_code' ? null : { language: content === 'wrong_language' ? 'javascript' : 'python', confidence: sure },
    quality: !answered || content === 'no_code' ? null : verdict === 'passed' ? 0.93 + draw() * 0.07 : 0.35 + draw() * 0.4,
    cost_usd: written !== null && model.startsWith('openrouter:') ? (148 * 0.15 + written * 0.6) / 1_000_000 : null,
  }
}

export function wilson(passed: number, n: number): [low: number, high: number] {
  if (n === 0) return [0, 1]
  const z = 1.959964
  const p = passed / n
  const middle = (p + (z * z) / (2 * n)) / (1 + (z * z) / n)
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))
  return [Math.max(0, middle - half), Math.min(1, middle + half)]
}

/** Mean over problems of the share of passed samples. */
export function scoreOf(rows: readonly SampleRow[]): { value: number; low: number; high: number; problems: number; judged: number; unjudged: number } {
  const byProblem = new Map<string, { n: number; c: number }>()
  for (const row of rows) {
    const cell = byProblem.get(row.problem) ?? { n: 0, c: 0 }
    const counts = row.stage === 'done' && row.verdict !== 'infrastructure' && (row.transport === 'ok' || row.transport === 'provided')
    if (counts) {
      cell.n += 1
      if (row.verdict === 'passed') cell.c += 1
    }
    byProblem.set(row.problem, cell)
  }
  const cells = [...byProblem.values()]
  const scored = cells.filter((c) => c.n > 0)
  const value = scored.reduce((sum, c) => sum + c.c / c.n, 0) / Math.max(1, scored.length)
  const [low, high] = wilson(value * scored.length, scored.length)
  return { value, low, high, problems: scored.length, judged: scored.reduce((s, c) => s + c.n, 0), unjudged: cells.length - scored.length }
}

/** What is known of the cost; models of this machine have none here. */
function costOf(rows: readonly SampleRow[]): Pick<Headline, 'cost_usd' | 'costs_known' | 'costs_unknown'> {
  const known = rows.flatMap((r) => (r.cost_usd === null ? [] : [r.cost_usd]))
  return { cost_usd: known.length === 0 ? null : known.reduce((sum, c) => sum + c, 0), costs_known: known.length, costs_unknown: 0 }
}

const projected = (cost: number | null, times: number): number | null => (cost === null ? null : cost * times)

function tally(values: readonly (string | null)[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const value of values) if (value !== null) counts[value] = (counts[value] ?? 0) + 1
  return counts
}

function flagsOf(done: readonly SampleRow[]): Pick<Headline, 'flags' | 'quality' | 'cost_usd' | 'costs_known' | 'costs_unknown'> {
  const answered = done.filter((r) => r.transport === 'ok' || r.transport === 'provided')
  const qualities = done.flatMap((r) => (r.quality === null ? [] : [r.quality]))
  return {
    flags: { asked: done.length, answered: answered.length, usable: answered.filter((r) => r.content === 'ok').length, transports: tally(done.map((r) => r.transport)), contents: tally(answered.map((r) => r.content)) },
    quality: qualities.length === 0 ? null : qualities.reduce((sum, q) => sum + q, 0) / qualities.length,
    ...costOf(done),
  }
}

interface Head {
  id: string
  name: string
  status: RunSummary['status']
  origin: RunSummary['origin']
  dataset: string
  strategy: string
  created: string
  finished: string | null
  models: string[]
  tags?: string[]
  archived?: boolean
  note?: string | null
}

export function summarise(head: Head, rows: readonly SampleRow[], elapsed: number): RunSummary {
  const done = rows.filter((r) => r.stage === 'done')
  const verdicts: Record<string, number> = {}
  for (const row of done) if (row.verdict) verdicts[row.verdict] = (verdicts[row.verdict] ?? 0) + 1
  const left = rows.length - done.length
  const rate = elapsed > 0 ? done.length / elapsed : null
  return {
    id: head.id,
    name: head.name,
    status: head.status,
    origin: head.origin,
    dataset: head.dataset,
    dataset_version: head.dataset === 'humaneval' ? '1.0.3' : '1',
    languages: ['python'],
    models: head.models,
    strategy: head.strategy,
    created_at: head.created,
    finished_at: head.finished,
    tags: head.tags ?? [],
    archived: head.archived ?? false,
    note: head.note ?? null,
    progress: {
      total: rows.length,
      generated: done.filter((r) => r.transport === 'ok').length + (head.status === 'running' ? Math.min(3, left) : 0),
      done: done.length,
      passed: verdicts.passed ?? 0,
      transport_failed: done.filter((r) => r.transport !== 'ok').length,
      content_failed: done.filter((r) => r.content !== null && r.content !== 'ok').length,
      verdicts,
      in_generation: head.status === 'running' ? Math.min(4, Math.max(0, left - 3)) : 0,
      generation_limit: head.status === 'running' ? 8 : 0,
      waiting: head.status === 'running' ? Math.min(1, Math.max(0, left - 2)) : 0,
      paused: false,
      memory_short: false,
      cache: head.status === 'running' ? { answer_hits: Math.floor(done.length * 0.38), answer_misses: Math.ceil(done.length * 0.62), execution_hits: Math.floor(done.length * 0.44), execution_misses: Math.ceil(done.length * 0.56) } : { answer_hits: 0, answer_misses: 0, execution_hits: 0, execution_misses: 0 },
      withdrawn: head.id === 'r9' ? 38 : 0,
      in_execution: head.status === 'running' ? Math.min(2, left) : 0,
      completion_tokens: done.reduce((s, r) => s + (r.completion_tokens ?? 0), 0),
      ...costOf(done),
      elapsed_s: elapsed,
      rate_per_s: rate,
      remaining_s: head.status === 'running' && rate ? left / rate : null,
      remaining_low_s: head.status === 'running' && rate ? left / rate / 1.3 : null,
      remaining_high_s: head.status === 'running' && rate ? (left / rate) * 1.25 : null,
      cost_projected_usd: done.length === 0 ? null : projected(costOf(done).cost_usd, rows.length / done.length),
    },
    scores: done.length === 0 ? [] : head.models.map((model) => {
      const s = scoreOf(rows.filter((r) => r.model === model))
      return { model, strategy: rows.find((r) => r.model === model)?.strategy ?? head.strategy, value: s.value, low: s.low, high: s.high, kind: 'wilson', n_problems: s.problems, n_samples: s.judged, n_unjudged: s.unjudged, ...flagsOf(done.filter((r) => r.model === model)) }
    }),
  }
}

function qualityOf(row: SampleRow): Quality | null {
  if (row.quality === null) return null
  const passed = row.verdict === 'passed'
  return {
    syntactic: row.content === 'syntax_error' ? 0.62 : 1,
    completeness: row.content === 'incomplete' ? 0.5 : 1,
    semantic: passed ? 0.94 : 0.58,
    executability: passed ? 1 : row.verdict === null ? 0.4 : 0.7,
    overall: row.quality,
    basis: row.verdict === null ? 'static' : 'executed',
    reasons: passed
      ? []
      : [
          ...(row.content === 'syntax_error' ? [{ part: 'syntactic' as const, text: '3 of 8 lines stand in a syntax error' }] : []),
          ...(row.content === 'incomplete' ? [{ part: 'completeness' as const, text: 'the answer was cut off at the longest answer' }] : []),
          { part: 'semantic', text: 'its loop is unlike the one of the reference' },
          { part: 'executability', text: row.verdict === null ? 'it could not be compiled' : 'it starts, and ends before its end' },
        ],
  }
}

function repairs(problem: Problem, code: string): Turn[] {
  return [
    {
      prompt: `[user]\nComplete the function. Answer with the whole function in one code block.\n\n\`\`\`python\n${problem.prompt}\`\`\``,
      reply: `\`\`\`python\n${code.replace('return sums', 'return sum')}\`\`\``,
      usage: { prompt_tokens: 131, completion_tokens: 74 },
      feedback: "NameError: name 'sum' is not the list that was built\n  running_total([1, 2, 3])",
    },
  ]
}

export function sampleDetail(run: FakeRun, row: SampleRow): SampleDetail {
  const index = Number(row.problem.split('/')[1])
  const problem = problemOf(run.detail.spec.dataset, row.problem, index)
  const body = row.verdict === 'passed' ? '    total = 0\n    sums = []\n    for n in numbers:\n        total += n\n        sums.append(total)\n    return sums' : '    sums = []\n    for i in range(len(numbers)):\n        sums.append(numbers[i] + numbers[i - 1])\n    return sums'
  const code = `def ${problem.entry_point}(numbers: List[int]) -> List[int]:\n${body}\n`
  const raw = row.transport === 'ok' ? `Sure! Here is the function you asked for:\n\n\`\`\`python\n${code}\`\`\`\n\nIt walks through the list once and keeps the sum so far.` : null
  const failing = row.verdict !== null && row.verdict !== 'passed'
  return {
    run_name: run.detail.summary.name,
    problem,
    sample: {
      id: row.id,
      key: { run: row.run, model: row.model, language: row.language, problem: row.problem, index: row.index },
      strategy: row.strategy,
      stage: row.stage,
      prompt: `[user]\nComplete the function. Answer with the whole function in one code block.\n\n\`\`\`python\n${problem.prompt}\`\`\``,
      raw,
      cleaned: row.content === 'no_code' || raw === null ? null : `from typing import List\n\n\n${code}`,
      rule: row.rule,
      detected: row.detected,
      quality: qualityOf(row),
      turns: row.strategy === 'self-repair' ? repairs(problem, code) : [],
      cost_usd: row.cost_usd,
      answer_cached: row.id % 5 === 0,
      execution_cached: row.verdict !== null && row.id % 5 < 2,
      fingerprint: null,
      warnings: raw === null ? [] : ['the prompt’s imports were put back'],
      transport: row.transport,
      content: row.content,
      transport_detail: row.transport === 'timeout' ? 'no answer within 120 s' : null,
      finish: row.content === 'incomplete' ? 'length' : 'stop',
      usage: { prompt_tokens: 148, completion_tokens: row.completion_tokens },
      latency_ms: row.latency_ms,
      first_token_ms: row.latency_ms === null ? null : row.latency_ms * 0.12,
      served_model: null,
      attempts: row.transport === 'ok' ? 1 : 4,
      seed: 872234 + row.id,
      execution:
        row.verdict === null
          ? null
          : {
              verdict: row.verdict,
              detail: !failing ? null : row.verdict === 'failed' ? 'AssertionError: sums of the first numbers\n  candidate([1, 2, 3]) == [1, 3, 6]' : row.verdict === 'timeout' ? 'ran longer than 3,360 ms' : 'IndexError: list index out of range',
              exit_code: row.verdict === 'timeout' ? null : failing ? 1 : 0,
              signal: row.verdict === 'timeout' ? 9 : null,
              stdout: '',
              stderr: failing && row.verdict !== 'timeout' ? 'Traceback (most recent call last):\n  File "program.py", line 19, in check\n    assert candidate([1, 2, 3]) == [1, 3, 6], "sums of the first numbers"\nAssertionError: sums of the first numbers\n' : '',
              truncated: false,
              duration_ms: row.duration_ms ?? 0,
              cpu_ms: (row.duration_ms ?? 0) * 0.93,
              peak_memory_kb: 11_264,
              compilation: null,
              toolchain: 'Python 3.11.2',
              image: 'sha256:5d9c0a7fbb1e2f3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f7081927e21',
            },
    },
  }
}

/** Two models asked by every strategy, and once by what a policy chose. */
export function keepGrid(keep: (run: FakeRun) => void, models: readonly Skill[], minutesAgo: (m: number) => string): void {
  const extra: Record<string, number> = { 'few-shot-completion': 0.07, completion: 0.03, 'self-repair': 0.02, restated: 0.01, instruct: 0, 'few-shot': 0, prefill: -0.02, 'test-first': -0.06, 'plan-then-code': -0.08, 'chain-of-thought': -0.07 }
  Object.entries({ ...extra, adaptive: 0.08 }).forEach(([strategy, more], i) =>
    keep(makeRun({ id: `g${i + 1}`, name: strategy === 'adaptive' ? 'HumanEval, strategy chosen by policy' : `HumanEval by ${strategy}`, dataset: 'humaneval', models: models.map((m) => ({ ...m, skill: m.skill + more })), created: minutesAgo(120 - i * 10), minutes: 9, strategy })),
  )
}

/** The rows by what `key` says of them, in the order in which keys first come. */
export function grouped<T>(rows: readonly T[], key: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row])
  return groups
}
