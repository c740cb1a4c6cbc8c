import { earlyStopFault } from './earlyStop'
import type { AppStatus, CacheUse, DatasetStatus, EarlyStop, Limits, ModelRef, ModelStatus, Priority, ProblemSelection, RunSpec } from '../../ipc/types'

/** What a person fills in before a run; turned into a spec when it is whole. */
export interface Draft {
  name: string
  /** References: `local:smollm2-135m`. */
  models: readonly string[]
  dataset: string | null
  languages: readonly string[]
  which: 'all' | 'first' | 'ids'
  first: number
  ids: readonly string[]
  strategy: string
  /** Which policy chooses, and whether it learns; counts where the strategy is `adaptive`. */
  policy: string
  learn: boolean
  samples: number
  temperature: number
  topP: number | null
  maxTokens: number
  stop: string
  seed: number
  concurrency: number
  cache: CacheUse
  /** Null: every problem gets all its samples. */
  earlyStop: EarlyStop | null
  priority: Priority
  wallSeconds: number
  memoryMb: number
}

/** The core's own defaults (`Limits::default`, `Sampling::default`). */
const LIMITS: Limits = {
  wall_ms: 3_000,
  memory_mb: 512,
  processes: 32,
  output_bytes: 1_048_576,
  kept_output_bytes: 16_384,
  disk_mb: 32,
  open_files: 128,
}

export const DEFAULT_DRAFT: Draft = {
  name: '',
  models: [],
  dataset: null,
  languages: ['python'],
  which: 'first',
  first: 10,
  ids: [],
  strategy: 'auto',
  policy: 'default',
  learn: true,
  samples: 1,
  temperature: 0,
  topP: null,
  maxTokens: 512,
  stop: '',
  seed: 1,
  concurrency: 16,
  cache: 'full',
  earlyStop: null,
  priority: 'normal',
  wallSeconds: LIMITS.wall_ms / 1000,
  memoryMb: LIMITS.memory_mb,
}

/** A reference `PROVIDER:NAME[@URL]` taken apart, as the core does it; null when it does not name a model. */
export function parseModel(text: string): ModelRef | null {
  const reference = text.trim()
  const colon = reference.indexOf(':')
  if (colon <= 0 || !/^[a-z0-9-]+$/i.test(reference.slice(0, colon))) return null
  const rest = reference.slice(colon + 1)
  const at = Math.max(rest.lastIndexOf('@http://'), rest.lastIndexOf('@https://'))
  const name = at < 0 ? rest : rest.slice(0, at)
  if (name.trim() === '') return null
  return { provider: reference.slice(0, colon).toLowerCase(), name, url: at < 0 ? null : rest.slice(at + 1).replace(/\/+$/, '') }
}

/** The reference of an OpenAI-compatible model, or what is wrong with what was typed. */
export function openAiReference(name: string, url: string): { reference: string } | { field: 'name' | 'url'; error: string } {
  if (name.trim() === '') return { field: 'name', error: 'Give the name the server knows the model by.' }
  let parsed: URL
  try {
    parsed = new URL(url.trim())
  } catch {
    return { field: 'url', error: 'Write a whole address, such as http://127.0.0.1:8080/v1.' }
  }
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') return { field: 'url', error: 'The address begins with http:// or https://.' }
  if (parsed.username !== '' || parsed.password !== '') return { field: 'url', error: 'Leave credentials out of the address: it is stored with every run.' }
  return { reference: `openai:${name.trim()}@${url.trim().replace(/\/+$/, '')}` }
}

/** Whether a model runs on this machine, rather than being asked of a server. */
export const isLocal = (model: Pick<ModelStatus, 'reference'>): boolean => parseModel(model.reference)?.provider === 'local'

export interface ModelChoice {
  reference: string
  /** For test ids. */
  id: string
  title: string
  detail: string
  ready: boolean
  /** Takes completions only. */
  completionOnly: boolean
  installed: ModelStatus | null
}

/** Every model that could be chosen: the catalogue's, then those the person added. */
export function modelChoices(status: AppStatus | undefined, added: readonly string[]): ModelChoice[] {
  // The program lists the person's servers among its models; what is known of them is in their reference.
  const catalogue = (status?.models ?? []).filter((m) => isLocal(m) || !m.added).map((m) => ({
    reference: m.reference,
    id: m.id,
    title: m.title,
    detail: m.licence,
    ready: m.ready,
    completionOnly: !m.chat,
    installed: m,
  }))
  const known = new Set(catalogue.map((c) => c.reference))
  const own = added
    .filter((reference) => !known.has(reference))
    .map((reference) => {
      const model = parseModel(reference)
      return { reference, id: model?.name ?? reference, title: model?.name ?? reference, detail: model?.url ?? reference, ready: true, completionOnly: false, installed: null }
    })
  return [...catalogue, ...own]
}

/** What a first visit finds already chosen: a model that is ready and a data set that is. */
export function withDefaults(draft: Draft, choices: readonly ModelChoice[], datasets: readonly DatasetStatus[]): Draft {
  const ready = datasets.filter((d) => d.state === 'ready')
  const dataset = draft.dataset ?? (ready.find((d) => d.id === 'humaneval') ?? ready[0])?.id ?? null
  const first = choices.find((c) => c.ready)
  const models = draft.models.length > 0 ? draft.models : first ? [first.reference] : []
  return { ...draft, dataset, models }
}

/** What is still missing, by field, in words; empty when the draft is whole. */
export function missing(draft: Draft, dataset: DatasetStatus | undefined): Partial<Record<'models' | 'dataset' | 'languages' | 'problems' | 'numbers', string>> {
  const says: ReturnType<typeof missing> = {}
  if (draft.models.length === 0) says.models = 'Choose at least one model.'
  if (!dataset) says.dataset = 'Choose a data set.'
  else if (dataset.state !== 'ready') says.dataset = 'Fetch this data set first.'
  if (draft.languages.length === 0) says.languages = 'Choose at least one language.'
  if (draft.which === 'ids' && draft.ids.length === 0) says.problems = 'Choose at least one problem.'
  if (draft.which === 'first' && !(Number.isInteger(draft.first) && draft.first >= 1)) says.problems = 'The number of problems is a whole number from 1.'
  const whole = (n: number, least: number) => Number.isInteger(n) && n >= least
  if (!whole(draft.samples, 1)) says.numbers = 'Samples per problem is a whole number from 1.'
  else if (!whole(draft.maxTokens, 1)) says.numbers = 'The longest answer is a whole number of tokens from 1.'
  else if (!whole(draft.seed, 0)) says.numbers = 'The seed is a whole number from 0.'
  else if (!whole(draft.concurrency, 1)) says.numbers = 'Requests at once is a whole number from 1.'
  else if (!(draft.temperature >= 0 && draft.temperature <= 2)) says.numbers = 'The temperature lies between 0 and 2.'
  else if (draft.topP !== null && !(draft.topP > 0 && draft.topP <= 1)) says.numbers = 'Top-p lies between 0 and 1.'
  else if (draft.earlyStop && earlyStopFault(draft.earlyStop)) says.numbers = earlyStopFault(draft.earlyStop) ?? undefined
  else if (!(draft.wallSeconds > 0)) says.numbers = 'The time limit is more than 0 seconds.'
  return says
}

/** The spec of a whole draft; null when something is missing. */
export function specOf(draft: Draft, dataset: DatasetStatus | undefined): RunSpec | null {
  if (draft.dataset === null || Object.keys(missing(draft, dataset)).length > 0) return null
  const models = draft.models.map(parseModel).filter((m): m is ModelRef => m !== null)
  const problems: ProblemSelection =
    draft.which === 'all' ? { kind: 'all' } : draft.which === 'first' ? { kind: 'first', count: draft.first } : { kind: 'ids', ids: [...draft.ids] }
  return {
    name: draft.name.trim() === '' ? null : draft.name.trim(),
    models,
    dataset: draft.dataset,
    languages: [...draft.languages],
    problems,
    strategy: draft.strategy,
    samples: draft.samples,
    sampling: {
      temperature: draft.temperature,
      top_p: draft.topP,
      max_tokens: draft.maxTokens,
      stop: draft.stop
        .split('\n')
        .map((s) => s.replaceAll('\\n', '\n'))
        .filter((s) => s !== ''),
    },
    seed: draft.seed,
    limits: { ...LIMITS, wall_ms: Math.round(draft.wallSeconds * 1000), memory_mb: draft.memoryMb },
    concurrency: draft.concurrency,
    cache: draft.cache,
    early_stop: draft.earlyStop,
    priority: draft.priority,
    adaptive: draft.strategy === 'adaptive' ? { policy: draft.policy, learn: draft.learn } : null,
  }
}
