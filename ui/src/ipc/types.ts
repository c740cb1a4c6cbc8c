export type * from '../bindings'

// Until the bindings have them.

export type KeySource = 'none' | 'environment' | 'keyring' | 'session'
export type KeyStatus = { variable: string; source: KeySource; detail: string; used_by: string[] }

export type StrategyInfo = { id: string; title: string; description: string; kind: string; turns: number; builtin: boolean }
export type PreviewRequest = { strategy: string; dataset: string; problem: string | null; language: string; model: string }
export type PreviewMessage = { role: string; content: string }
export type PreviewTurn = { messages: PreviewMessage[]; on_feedback: boolean }
export type PromptPreview = { strategy: string; kind: string; family: string; turns: PreviewTurn[]; stop: string[]; temperature: number | null }
