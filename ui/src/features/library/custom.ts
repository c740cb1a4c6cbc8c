import type { CustomProgram, CustomProvider, CustomTemplate } from '../../ipc/types'

/** A command line as it is typed, taken apart as a shell would: quotes and backslashes, nothing else. */
export function splitCommand(line: string): string[] {
  const words: string[] = []
  let word: string | null = null
  let quote: string | null = null
  for (let i = 0; i < line.length; i += 1) {
    const c = line[i] as string
    if (quote !== null) {
      if (c === quote) quote = null
      else if (c === '\\' && quote === '"' && /["\\]/.test(line[i + 1] ?? '')) word = (word ?? '') + line[(i += 1)]
      else word = (word ?? '') + c
    } else if (c === '"' || c === "'") {
      quote = c
      word ??= ''
    } else if (c === '\\' && i + 1 < line.length) word = (word ?? '') + line[(i += 1)]
    else if (/\s/.test(c)) {
      if (word !== null) words.push(word)
      word = null
    } else word = (word ?? '') + c
  }
  if (word !== null) words.push(word)
  return words
}

/** Back into one line that `splitCommand` takes apart again. */
export function joinCommand(words: readonly string[]): string {
  return words.map((w) => (w !== '' && /^[\w@%+=:,./-]+$/.test(w) ? w : `'${w.replaceAll("'", `'"'"'`)}'`)).join(' ')
}

export const splitNames = (text: string): string[] => [...new Set(text.split(/[\s,;]+/).filter((n) => n !== ''))]

/** `Name: value`, one a line. */
export function splitHeaders(text: string): [string, string][] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const colon = line.indexOf(':')
      return colon < 0 ? [line.trim(), ''] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()]
    })
}

export const joinHeaders = (headers: readonly (readonly [string, string])[]): string => headers.map(([name, value]) => `${name}: ${value}`).join('\n')

export interface ProgramDraft {
  kind: 'program'
  name: string
  command: string
  cwd: string
  env: string
  chat: boolean
  completion: boolean
  seed: boolean
  concurrency: number
  timeout: number
}

export interface TemplateDraft {
  kind: 'template'
  name: string
  url: string
  method: string
  headers: string
  body: string
  text: string
  finish: string
  promptTokens: string
  completionTokens: string
  error: string
  chat: boolean
  completion: boolean
  concurrency: number
  timeout: number
}

export type CustomDraft = ProgramDraft | TemplateDraft

export const NEW_PROGRAM: ProgramDraft = { kind: 'program', name: '', command: '', cwd: '', env: '', chat: true, completion: false, seed: false, concurrency: 1, timeout: 120 }

export const NEW_TEMPLATE: TemplateDraft = {
  kind: 'template',
  name: '',
  url: '',
  method: 'POST',
  headers: '',
  body: '{\n  "messages": {{ messages | tojson }},\n  "max_tokens": {{ max_tokens }},\n  "temperature": {{ temperature }}\n}',
  text: '/choices/0/message/content',
  finish: '',
  promptTokens: '',
  completionTokens: '',
  error: '',
  chat: true,
  completion: false,
  concurrency: 2,
  timeout: 120,
}

export const referenceOf = ({ kind, name }: Pick<CustomProvider, 'kind' | 'name'>): string => `${kind === 'program' ? 'program' : 'http'}:${name}`

export function draftOf(made: CustomProvider): CustomDraft {
  if (made.kind === 'program') {
    const { name, command, cwd, env_keys, chat, completion, seed, concurrency, timeout_s } = made
    return { kind: 'program', name, command: joinCommand(command), cwd: cwd ?? '', env: env_keys.join(', '), chat, completion, seed, concurrency, timeout: timeout_s }
  }
  const { name, url, method, headers, body, text, finish, prompt_tokens, completion_tokens, error, chat, completion, concurrency, timeout_s } = made
  return {
    kind: 'template',
    name,
    url,
    method,
    headers: joinHeaders(headers),
    body,
    text,
    finish: finish ?? '',
    promptTokens: prompt_tokens ?? '',
    completionTokens: completion_tokens ?? '',
    error: error ?? '',
    chat,
    completion,
    concurrency,
    timeout: timeout_s,
  }
}

const some = (text: string): string | null => (text.trim() === '' ? null : text.trim())

export function customOf(draft: CustomDraft): CustomProvider {
  const { name, chat, completion, concurrency, timeout } = draft
  const shared = { name: name.trim(), chat, completion, concurrency, timeout_s: timeout }
  if (draft.kind === 'program') {
    const program: CustomProgram = { ...shared, command: splitCommand(draft.command), cwd: some(draft.cwd), env_keys: splitNames(draft.env), seed: draft.seed }
    return { kind: 'program', ...program }
  }
  const template: CustomTemplate = {
    ...shared,
    url: draft.url.trim(),
    method: draft.method,
    headers: splitHeaders(draft.headers),
    body: draft.body,
    text: draft.text.trim(),
    finish: some(draft.finish),
    prompt_tokens: some(draft.promptTokens),
    completion_tokens: some(draft.completionTokens),
    error: some(draft.error),
  }
  return { kind: 'template', ...template }
}

export type CustomField = 'name' | 'command' | 'env' | 'url' | 'headers' | 'body' | 'text' | 'can' | 'numbers'

/** What can be told to be wrong before the program is asked, by field. */
export function wrongIn(draft: CustomDraft, taken: readonly string[]): Partial<Record<CustomField, string>> {
  const says: ReturnType<typeof wrongIn> = {}
  const name = draft.name.trim()
  if (name === '') says.name = 'Give it a name.'
  else if (!/^[A-Za-z0-9._-]+$/.test(name)) says.name = 'Letters, digits, dots, hyphens and underscores.'
  else if (taken.includes(referenceOf({ kind: draft.kind, name }))) says.name = 'There is one of this name already.'
  if (!draft.chat && !draft.completion) says.can = 'It takes messages, texts to continue, or both.'
  if (!(Number.isInteger(draft.concurrency) && draft.concurrency >= 1)) says.numbers = 'Requests at once is a whole number from 1.'
  else if (!(Number.isInteger(draft.timeout) && draft.timeout >= 1)) says.numbers = 'The time limit is a whole number of seconds from 1.'
  if (draft.kind === 'program') {
    if (splitCommand(draft.command).length === 0) says.command = 'Write the command that starts it.'
    const odd = splitNames(draft.env).find((n) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(n))
    if (odd !== undefined) says.env = odd.includes('=') ? 'Only the names: values are taken from the environment or the keyring.' : `${odd} is no variable’s name.`
    return says
  }
  if (!/^https?:\/\/\S+$/.test(draft.url.trim())) says.url = 'Write a whole address, beginning with http:// or https://.'
  const nameless = splitHeaders(draft.headers).find(([n, v]) => n === '' || v === '' || /\s/.test(n))
  if (nameless) says.headers = 'One header a line: Name: value.'
  if (draft.body.trim() === '' && draft.method !== 'GET') says.body = 'Write the body, with {{ prompt | tojson }} or {{ messages | tojson }} in it.'
  if (draft.text.trim() !== '' && !draft.text.trim().startsWith('/')) says.text = 'A pointer begins with a slash: /choices/0/text.'
  return says
}
