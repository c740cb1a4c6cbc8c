import type { CacheUse, Content, Priority, ProviderKind, QualityPart, RunOrigin, RunStatus, Transport, Verdict } from '../ipc/types'

/** What people call the values of the core's enumerations. */

export const VERDICTS: readonly Verdict[] = [
  'passed',
  'failed',
  'exception',
  'compile_error',
  'timeout',
  'memory',
  'output_limit',
  'process_limit',
  'forbidden',
  'infrastructure',
]

export const TRANSPORTS: readonly Transport[] = ['ok', 'provided', 'http_error', 'timeout', 'refused', 'rate_limited', 'truncated', 'empty']

export const CONTENTS: readonly Content[] = ['ok', 'no_code', 'wrong_language', 'syntax_error', 'incomplete', 'placeholder']

const verdicts: Record<Verdict, string> = {
  passed: 'Passed',
  failed: 'Failed',
  exception: 'Exception',
  compile_error: 'Compile error',
  timeout: 'Timeout',
  memory: 'Memory limit',
  output_limit: 'Output limit',
  process_limit: 'Process limit',
  forbidden: 'Forbidden',
  infrastructure: 'Not judged',
}

const transports: Record<Transport, string> = {
  ok: 'Answered',
  http_error: 'HTTP error',
  timeout: 'Request timed out',
  refused: 'Connection refused',
  rate_limited: 'Rate limited',
  truncated: 'Stream cut off',
  empty: 'Empty answer',
  provided: 'Given',
}

const contents: Record<Content, string> = {
  ok: 'Usable code',
  no_code: 'No code',
  wrong_language: 'Wrong language',
  syntax_error: 'Syntax error',
  incomplete: 'Incomplete',
  placeholder: 'Placeholder',
}

const statuses: Record<RunStatus, string> = {
  running: 'Running',
  completed: 'Completed',
  cancelled: 'Cancelled',
  interrupted: 'Interrupted',
  failed: 'Failed',
}

const origins: Record<RunOrigin, string> = {
  evaluated: 'Evaluated here',
  graded: 'Graded from a file',
  sample_workspace: 'Example',
  merged: 'Merged',
  split: 'Split',
}

/** Requests without an answer; `provided` and `ok` have one. */
export const UNANSWERED: readonly Transport[] = TRANSPORTS.filter((t) => t !== 'ok' && t !== 'provided')
/** Answers without a usable candidate. */
export const UNUSABLE: readonly Content[] = CONTENTS.filter((c) => c !== 'ok')

export const verdictName = (v: Verdict): string => verdicts[v]
export const transportName = (t: Transport): string => transports[t]
export const contentName = (c: Content): string => contents[c]
export const statusName = (s: RunStatus): string => statuses[s]
const priorities: Record<Priority, string> = { low: 'Low', normal: 'Normal', high: 'High' }

export const PRIORITIES: readonly Priority[] = ['low', 'normal', 'high']
export const priorityName = (p: Priority): string => priorities[p]

const cacheUses: Record<CacheUse, string> = { full: 'Take it', refresh: 'Ask anew', off: 'Keep nothing' }

export const CACHE_USES: readonly CacheUse[] = ['full', 'refresh', 'off']
/** What a run makes of what is known. */
export const cacheUseName = (c: CacheUse): string => cacheUses[c]

export const originName = (o: RunOrigin): string => origins[o]

const languages: Record<string, string> = {
  python: 'Python',
  javascript: 'JavaScript',
  typescript: 'TypeScript',
  java: 'Java',
  cpp: 'C++',
  go: 'Go',
  rust: 'Rust',
  php: 'PHP',
}

export const languageName = (id: string): string => languages[id] ?? id

const strategies: Record<string, string> = {
  auto: 'Automatic',
  adaptive: 'Adaptive',
  completion: 'Completion',
  instruct: 'Instruction',
}

/** A strategy's id for people, where its title is not at hand: `self-repair` is `Self repair`. */
export const strategyName = (id: string): string => strategies[id] ?? id.charAt(0).toUpperCase() + id.slice(1).replaceAll(/[-_]/g, ' ')

const providerKinds: Record<ProviderKind, string> = {
  in_process: 'On this machine',
  server: 'Local server',
  service: 'Service',
  program: 'Your program',
  template: 'Your address',
}

export const providerKindName = (kind: ProviderKind): string => providerKinds[kind]

const qualityParts: Record<QualityPart, string> = {
  syntactic: 'Syntax',
  completeness: 'Completeness',
  semantic: 'Likeness',
  executability: 'Executability',
}

export const QUALITY_PARTS: readonly QualityPart[] = ['syntactic', 'completeness', 'semantic', 'executability']
export const qualityPartName = (part: QualityPart): string => qualityParts[part]

const intervals: Record<string, string> = {
  wilson: 'Wilson',
  clopper_pearson: 'Clopper–Pearson',
  jeffreys: 'Jeffreys',
  bca: 'BCa bootstrap',
  percentile: 'percentile bootstrap',
}

export const intervalName = (kind: string): string => intervals[kind] ?? kind

/** `local:smollm2-135m` and `openai:qwen@http://host:8080/v1` taken apart for showing. */
export function modelParts(reference: string): { provider: string | null; name: string; host: string | null } {
  const colon = reference.indexOf(':')
  const provider = colon > 0 && /^[a-z0-9-]+$/i.test(reference.slice(0, colon)) ? reference.slice(0, colon) : null
  let rest = provider === null ? reference : reference.slice(colon + 1)
  let host: string | null = null
  const at = Math.max(rest.lastIndexOf('@http://'), rest.lastIndexOf('@https://'))
  if (at > 0) {
    host = rest
      .slice(at + 1)
      .replace(/^https?:\/\//, '')
      .split('/')[0] as string
    rest = rest.slice(0, at)
  }
  return { provider, name: rest, host }
}

export const modelName = (reference: string): string => modelParts(reference).name
