import type { ErrorInfo, ModelRef } from '../bindings'

/** The generated types, for the rest of the window: nothing else imports the bindings. */
export type * from '../bindings'

// Until the bindings have them.

export type KeySource = 'none' | 'environment' | 'keyring' | 'session'
export type KeyStatus = { variable: string; source: KeySource; in_keyring: boolean; detail: string; used_by: string[] }

export type StrategySummary = { id: string; title: string; description: string; kind: string; builtin: boolean; turns: number; examples: number; checks_answers: boolean }
export type StrategyList = { strategies: StrategySummary[]; wrong: ErrorInfo[] }
export type StrategySource = { id: string; builtin: boolean; toml: string }
export type PreviewRequest = { dataset: string; problem: string; language: string | null; strategy: string; model: ModelRef; seed: number }
export type Message = { role: 'system' | 'user' | 'assistant'; content: string }
export type Prompt = { mode: 'completion'; text: string } | { mode: 'chat'; messages: Message[] }
export type PreviewTurn = { prompt: Prompt; note: string | null }
export type PromptPreview = { strategy: string; kind: string; language: string; family: string; turns: PreviewTurn[]; stop: string[]; temperature: number | null }
