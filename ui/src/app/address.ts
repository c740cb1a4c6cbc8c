import { CONTENTS, TRANSPORTS, VERDICTS } from '../design/names'
import type { CompareBy, Content, Correction, ReportSection, RunStatus, SampleSort, Transport, Verdict } from '../ipc/types'

/**
 * What one sees is in the address: each page's search parameters, read from text that anybody may have
 * written and written back as short as can be (defaults are left out, lists are joined by commas).
 */

export type Raw = Record<string, unknown>

/** `a,b` with commas inside of items escaped. */
export function joinList(items: readonly string[]): string {
  return items.map((i) => i.replaceAll('%', '%25').replaceAll(',', '%2C')).join(',')
}

export function splitList(text: string): string[] {
  return text
    .split(',')
    .filter((i) => i !== '')
    .map((i) => i.replaceAll('%2C', ',').replaceAll('%25', '%'))
}

/** For the router: `?runs=a,b&by=model` to strings. */
export function parseSearch(text: string): Raw {
  return Object.fromEntries(new URLSearchParams(text))
}

/** For the router: what is undefined, null, empty or false is not written. */
export function stringifySearch(search: Raw): string {
  const params = new URLSearchParams()
  for (const [key, value] of Object.entries(search)) {
    if (value === undefined || value === null || value === '' || value === false) continue
    if (Array.isArray(value)) {
      if (value.length > 0) params.set(key, joinList(value.map(String)))
    } else params.set(key, value === true ? '1' : String(value))
  }
  // Commas, colons and the like are legal in a query and far easier to read.
  const text = params.toString().replaceAll('%2C', ',').replaceAll('%3A', ':').replaceAll('%2F', '/').replaceAll('%40', '@')
  return text === '' ? '' : `?${text}`
}

function text(raw: unknown): string | undefined {
  if (typeof raw === 'string' && raw !== '') return raw
  if (typeof raw === 'number') return String(raw)
  return undefined
}

function list(raw: unknown): string[] | undefined {
  const items = Array.isArray(raw) ? raw.map(String) : typeof raw === 'string' ? splitList(raw) : []
  const unique = [...new Set(items)]
  return unique.length > 0 ? unique : undefined
}

function oneOf<T extends string>(raw: unknown, allowed: readonly T[]): T | undefined {
  return allowed.find((a) => a === raw)
}

function someOf<T extends string>(raw: unknown, allowed: readonly T[]): T[] | undefined {
  const items = list(raw)?.filter((i): i is T => (allowed as readonly string[]).includes(i))
  return items && items.length > 0 ? items : undefined
}

function whole(raw: unknown, least: number, most: number): number | undefined {
  const n = typeof raw === 'number' ? raw : typeof raw === 'string' ? Number(raw) : NaN
  return Number.isInteger(n) && n >= least && n <= most ? n : undefined
}

function flag(raw: unknown): true | undefined {
  return raw === true || raw === '1' || raw === 'true' ? true : undefined
}

/** Without the keys that say nothing, so that two addresses of one view are equal. */
function tidy<T extends object>(search: T): T {
  return Object.fromEntries(Object.entries(search).filter(([, v]) => v !== undefined)) as T
}

export interface EvaluateAddress {
  models?: string[]
  dataset?: string
  /** What a link from elsewhere asks by, and with `adaptive`, which policy chooses. */
  strategy?: string
  policy?: string
}

export function evaluateAddress(raw: Raw): EvaluateAddress {
  return tidy({ models: list(raw.models), dataset: text(raw.dataset), strategy: text(raw.strategy), policy: text(raw.policy) })
}

export const COMPARE_BYS: readonly CompareBy[] = ['series', 'model', 'strategy', 'language']
export const CORRECTIONS: readonly Correction[] = ['holm', 'benjamini_hochberg']
const ALPHAS = ['0.01', '0.05', '0.1'] as const
export type Alpha = (typeof ALPHAS)[number]

/** What is shown of a comparison; its scores where nothing is said. */
export const COMPARE_SHOWS = ['differences', 'languages', 'tradeoff', 'problems'] as const
export type CompareShow = (typeof COMPARE_SHOWS)[number]

export interface CompareAddress {
  runs?: string[]
  by?: CompareBy
  baseline?: string
  correction?: Correction
  alpha?: Alpha
  k?: number
  view?: 'table'
  show?: CompareShow
  /** What scores are drawn against; where nothing is said, the cost if any is known. */
  against?: 'cost' | 'time'
  /** Of the problems: the lines that are shown, and how. */
  columns?: string[]
  only?: true
  easiest?: true
  /** The two lines whose problems are set against each other. */
  a?: string
  b?: string
}

export function compareAddress(raw: Raw): CompareAddress {
  return tidy({
    runs: list(raw.runs),
    by: oneOf(raw.by, COMPARE_BYS),
    baseline: text(raw.baseline),
    correction: oneOf(raw.correction, CORRECTIONS),
    alpha: oneOf(text(raw.alpha), ALPHAS),
    k: whole(raw.k, 1, 1000),
    view: oneOf(raw.view, ['table'] as const),
    show: oneOf(raw.show, COMPARE_SHOWS),
    against: oneOf(raw.against, ['cost', 'time'] as const),
    columns: list(raw.columns),
    only: flag(raw.only),
    easiest: flag(raw.easiest),
    a: text(raw.a),
    b: text(raw.b),
  })
}

export interface ProblemAddress {
  /** Whose answers; all runs' where nothing is said. */
  runs?: string[]
  /** What stands side by side; models where nothing is said. */
  by?: Exclude<CompareBy, 'model'>
  models?: string[]
  languages?: string[]
  strategies?: string[]
  /** What programs are set against: the reference solution, or a sample. */
  against?: string
  /** The answers that are looked at, one of each group. */
  picks?: string[]
  view?: 'table'
}

export function problemAddress(raw: Raw): ProblemAddress {
  return tidy({
    runs: list(raw.runs),
    by: oneOf(raw.by, ['series', 'strategy', 'language'] as const),
    models: list(raw.models),
    languages: list(raw.languages),
    strategies: list(raw.strategies),
    against: text(raw.against),
    picks: list(raw.picks),
    view: oneOf(raw.view, ['table'] as const),
  })
}

/** A problem's place as figures give it: `humaneval/HumanEval/0`, with `?languages=go` where it is one of several. */
export function problemPlace(key: string): { dataset: string; problem: string; search: ProblemAddress } {
  const [path = '', query = ''] = key.split('?', 2)
  const slash = path.indexOf('/')
  return { dataset: path.slice(0, slash), problem: path.slice(slash + 1), search: problemAddress(parseSearch(query)) }
}

export const SAMPLE_SORTS: readonly SampleSort[] = ['natural', 'model', 'problem', 'verdict', 'duration', 'latency', 'quality', 'cost']
export const SAMPLE_TABS = ['program', 'diff', 'against', 'raw', 'prompt', 'output', 'tests'] as const
export type SampleTab = (typeof SAMPLE_TABS)[number]

export interface SamplesAddress {
  runs?: string[]
  models?: string[]
  languages?: string[]
  strategies?: string[]
  verdicts?: Verdict[]
  transports?: Transport[]
  contents?: Content[]
  rules?: string[]
  text?: string
  sort?: SampleSort
  desc?: true
  sample?: number
  tab?: SampleTab
  /** What programs are set against: the reference solution, or a sample. */
  against?: string
}

export function samplesAddress(raw: Raw): SamplesAddress {
  return tidy({
    runs: list(raw.runs),
    models: list(raw.models),
    languages: list(raw.languages),
    strategies: list(raw.strategies),
    verdicts: someOf(raw.verdicts, VERDICTS),
    transports: someOf(raw.transports, TRANSPORTS),
    contents: someOf(raw.contents, CONTENTS),
    rules: list(raw.rules),
    text: text(raw.text),
    sort: oneOf(raw.sort, SAMPLE_SORTS),
    desc: flag(raw.desc),
    sample: whole(raw.sample, 0, Number.MAX_SAFE_INTEGER),
    tab: oneOf(raw.tab, SAMPLE_TABS),
    against: raw.against === 'reference' ? raw.against : whole(raw.against, 0, Number.MAX_SAFE_INTEGER)?.toString(),
  })
}

export interface TrendsAddress {
  /** `DATASET/VERSION/LANGUAGE`: what the lines have in common. */
  suite?: string
  /** The one series that is looked at. */
  series?: string
  /** All runs there are, and not only the newest. */
  all?: true
  alpha?: Alpha
  k?: number
  view?: 'table'
}

export function trendsAddress(raw: Raw): TrendsAddress {
  return tidy({
    suite: text(raw.suite),
    series: text(raw.series),
    all: flag(raw.all),
    alpha: oneOf(text(raw.alpha), ALPHAS),
    k: whole(raw.k, 1, 1000),
    view: oneOf(raw.view, ['table'] as const),
  })
}

/** What is shown of adaptive prompting; the policy where nothing is said. */
export const ADAPTIVE_TABS = ['what-if', 'grid', 'auto'] as const
export type AdaptiveTab = (typeof ADAPTIVE_TABS)[number]
/** Figures that can be seen as a table. */
export const ADAPTIVE_FIGURES = ['rewards', 'progress', 'scores', 'regret'] as const
export type AdaptiveFigure = (typeof ADAPTIVE_FIGURES)[number]

export interface AdaptiveAddress {
  tab?: AdaptiveTab
  policy?: string
  /** The strategy whose learned weights are shown. */
  arm?: string
  tables?: AdaptiveFigure[]
  /** What is asked what it would choose for. */
  model?: string
  dataset?: string
  language?: string
  problem?: string
  /** `FEATURE:VALUE`: values in the place of what they are. */
  instead?: string[]
  /** Of a full grid: its runs, what everything is measured by, and how it is evaluated. */
  runs?: string[]
  baseline?: string
  folds?: number
  seed?: number
  own?: true
  /** Whether it is evaluated, and not only being put together. */
  done?: true
}

export function adaptiveAddress(raw: Raw): AdaptiveAddress {
  const instead = list(raw.instead)?.filter((i) => insteadOf(i) !== null)
  return tidy({
    tab: oneOf(raw.tab, ADAPTIVE_TABS),
    policy: text(raw.policy),
    arm: text(raw.arm),
    tables: someOf(raw.tables, ADAPTIVE_FIGURES),
    model: text(raw.model),
    dataset: text(raw.dataset),
    language: text(raw.language),
    problem: text(raw.problem),
    instead: instead && instead.length > 0 ? instead : undefined,
    runs: list(raw.runs),
    baseline: text(raw.baseline),
    folds: whole(raw.folds, 2, 1000),
    seed: whole(raw.seed, 0, Number.MAX_SAFE_INTEGER),
    own: flag(raw.own),
    done: flag(raw.done),
  })
}

/** `examples:0.4` taken apart; null of what is no value from 0 to 1. */
export function insteadOf(text: string): { feature: string; value: number } | null {
  const colon = text.lastIndexOf(':')
  const value = colon > 0 && colon < text.length - 1 ? Number(text.slice(colon + 1)) : NaN
  return value >= 0 && value <= 1 ? { feature: text.slice(0, colon), value } : null
}

export const RUN_STATUSES = ['running', 'completed', 'cancelled', 'interrupted', 'failed'] as const satisfies readonly RunStatus[]
export const RUN_PLACES = ['archived', 'deleted'] as const
export type RunPlace = (typeof RUN_PLACES)[number]

export interface RunsAddress {
  text?: string
  tags?: string[]
  statuses?: RunStatus[]
  /** Where to look: among the runs in use when nothing is said. */
  place?: RunPlace
}

export function runsAddress(raw: Raw): RunsAddress {
  return tidy({ text: text(raw.text), tags: list(raw.tags), statuses: someOf(raw.statuses, RUN_STATUSES), place: oneOf(raw.place, RUN_PLACES) })
}

export const REPORT_SECTIONS = ['significance', 'languages', 'cost', 'time', 'problems', 'flips', 'trends'] as const satisfies readonly ReportSection[]

export interface ReportsAddress {
  runs?: string[]
  /** Beside those that every report has. */
  sections?: ReportSection[]
}

export function reportsAddress(raw: Raw): ReportsAddress {
  return tidy({ runs: list(raw.runs), sections: someOf(raw.sections, REPORT_SECTIONS) })
}

export const LIBRARY_TABS = ['models', 'strategies', 'datasets', 'sandbox', 'benchmarks'] as const
export type LibraryTab = (typeof LIBRARY_TABS)[number]

export interface LibraryAddress {
  tab?: LibraryTab
  /** The strategy that is looked at. */
  strategy?: string
}

export function libraryAddress(raw: Raw): LibraryAddress {
  return tidy({ tab: oneOf(raw.tab, LIBRARY_TABS), strategy: text(raw.strategy) })
}
