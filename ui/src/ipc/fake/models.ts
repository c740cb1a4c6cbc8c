import { IpcError } from '../error'
import type { Listen } from '../ipc'
import type { CustomProvider, KeyStatus, ModelCheck, ModelFacts, ModelOffer, ProviderInfo, TestAnswer } from '../types'

const provider = (id: string, title: string, kind: ProviderInfo['kind'], default_url: string | null, key_variable: string | null, example: string, note: string): ProviderInfo => ({ id, title, kind, default_url, key_variable, example, note })

const PROVIDERS: readonly ProviderInfo[] = [
  provider('local', 'Models in this program', 'in_process', null, null, 'local:smollm2-135m', 'GGUF files that were installed or imported; they run inside of Assay.'),
  provider('ollama', 'Ollama', 'server', 'http://127.0.0.1:11434', null, 'ollama:qwen2.5-coder:7b', 'Its own protocol; models can be pulled from here.'),
  provider('vllm', 'vLLM', 'server', 'http://127.0.0.1:8000/v1', 'VLLM_API_KEY', 'vllm:Qwen/Qwen2.5-Coder-7B-Instruct', 'Chat and completion over the OpenAI protocol.'),
  provider('openai', 'OpenAI, or any server with its protocol', 'service', 'https://api.openai.com/v1', 'OPENAI_API_KEY', 'openai:gpt-4o-mini', 'Chat completions; with an address, any compatible server.'),
  provider('anthropic', 'Anthropic', 'service', 'https://api.anthropic.com', 'ANTHROPIC_API_KEY', 'anthropic:claude-sonnet-4-5', 'The Messages API. It takes no seed.'),
  provider('gemini', 'Google Gemini', 'service', 'https://generativelanguage.googleapis.com', 'GEMINI_API_KEY', 'gemini:gemini-2.5-flash', 'Generates content by its own protocol.'),
  provider('openrouter', 'OpenRouter', 'service', 'https://openrouter.ai/api/v1', 'OPENROUTER_API_KEY', 'openrouter:qwen/qwen-2.5-coder-32b-instruct', 'Models of many vendors under one key; which vendor served an answer is stored with it.'),
  provider('hf', 'Hugging Face', 'in_process', null, 'HF_TOKEN', 'hf:Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF', 'GGUF files of a repository, pulled once and run inside of Assay.'),
  provider('program', 'A program of your own', 'program', null, null, 'program:mine', 'It is started here and answers in JSON lines.'),
  provider('http', 'An address of your own', 'template', null, null, 'http:mine', 'One request a prompt, its body written as a template.'),
]

const OFFERS = ['qwen/qwen-2.5-coder-32b-instruct', 'qwen/qwen3-coder', 'meta-llama/llama-3.3-70b-instruct', 'deepseek/deepseek-chat-v3.1', 'openai/gpt-oss-20b', 'openai/gpt-oss-120b', 'mistralai/codestral-2508', 'google/gemma-3-27b-it', 'microsoft/phi-4', 'nvidia/nemotron-nano-9b-v2']

const ANSWER = '```python\ndef add(a: int, b: int) -> int:\n    """Return the sum of two numbers."""\n    return a + b\n```\n\nIt takes two whole numbers and returns their sum.'

export const noFacts: ModelFacts = { price: null, context_length: null, source: null }

export function factsOf(reference: string): ModelFacts {
  if (reference.startsWith('openrouter:')) return { price: { input: 0.15, output: 0.6 }, context_length: 131_072, source: 'the list that ships with Assay, as of 2026-10-01' }
  return noFacts
}

/** Servers, services and programs of one's own, all made up. */
export function fakeModels({ pause, full }: { pause: (ms: number) => Promise<void>; full: boolean }) {
  const cancelled = new Set<string>()
  const pulled = new Set<string>()
  let custom: CustomProvider[] = full
    ? [
        { kind: 'program', name: 'mine', command: ['python3', '/home/ana/models/serve.py', '--greedy'], cwd: '/home/ana/models', env_keys: ['CUDA_VISIBLE_DEVICES'], chat: true, completion: false, seed: true, concurrency: 1, timeout_s: 120 },
        { kind: 'template', name: 'gateway', url: 'https://models.example.org/v2/generate', method: 'POST', headers: [['Authorization', 'Bearer ${GATEWAY_KEY}']], body: '{"prompt": {{ prompt | tojson }}, "max_new_tokens": {{ max_tokens }}}', text: '/output/text', finish: null, prompt_tokens: '/usage/in', completion_tokens: '/usage/out', error: '/error/message', chat: false, completion: true, concurrency: 2, timeout_s: 60 },
      ]
    : []
  const kept = new Map<string, KeyStatus['source']>(full ? [['OPENAI_API_KEY', 'environment'], ['OPENROUTER_API_KEY', 'keyring'], ['HF_TOKEN', 'session']] : [])

  const details: Record<KeyStatus['source'], string> = {
    none: '',
    environment: '',
    keyring: '',
    session: 'no keyring answers on the session bus',
  }
  const keyOf = (variable: string, used_by: string[]): KeyStatus => {
    const source = kept.get(variable) ?? 'none'
    return { variable, source, in_keyring: source === 'keyring', detail: details[source], used_by }
  }
  const listKeys = (): KeyStatus[] => [
    ...PROVIDERS.flatMap((p) => (p.key_variable === null ? [] : [keyOf(p.key_variable, [p.id])])),
    ...(custom.some((c) => c.name === 'gateway') ? [keyOf('GATEWAY_KEY', ['http:gateway'])] : []),
  ]

  const check = async (reference: string): Promise<ModelCheck> => {
    await pause(400)
    if (reference.includes(':9/')) throw new IpcError({ code: 'provider-unreachable', message: `nothing answers at ${reference.split('@')[1] ?? reference}`, hint: 'start the server, or check its address' })
    if (/^(hf|ollama):/.test(reference) && !pulled.has(reference)) throw new IpcError({ code: 'model-not-installed', message: `${reference} is not on this machine`, hint: 'pull it' })
    if (!reference.includes(':')) throw new IpcError({ code: 'bad-model-id', message: `${reference} does not name a model`, hint: 'write PROVIDER:NAME, such as ollama:qwen2.5-coder:7b' })
    const facts = factsOf(reference)
    return { reference, completion: !reference.startsWith('openrouter:'), chat: true, streaming: true, seed: !reference.startsWith('openrouter:'), context_length: facts.context_length ?? 32_768, family: /qwen/.test(reference) ? 'qwen2.5-coder' : 'default', facts, detail: 'answered in 84 ms' }
  }

  const offers = async (id: string, url: string | null, task: string): Promise<ModelOffer[]> => {
    cancelled.delete(task)
    await pause(500)
    if (cancelled.has(task)) throw new IpcError({ code: 'cancelled', message: 'the question was cancelled', hint: null })
    if (url?.includes(':9/')) throw new IpcError({ code: 'provider-unreachable', message: `nothing answers at ${url}`, hint: 'start the server, or check its address' })
    if (id === 'anthropic') throw new IpcError({ code: 'api-key-missing', message: 'api.anthropic.com needs a key and none is set', hint: 'set ANTHROPIC_API_KEY in Library → Models' })
    return OFFERS.map((name, i) => ({ reference: `${id}:${name}${url ? `@${url}` : ''}`, name, context_length: i % 4 === 3 ? null : 131_072 }))
  }

  const test = async (reference: string, text: string, task: string, on: Listen<string>): Promise<TestAnswer> => {
    cancelled.delete(task)
    if (text.trim() === '') throw new IpcError({ code: 'empty-prompt', message: 'the prompt is empty', hint: 'write a question, or the beginning of a function' })
    if (reference.startsWith('http:')) throw new IpcError({ code: 'bad-reply', message: 'the reply has no text at /output/text: {"outputs":[{"text":"..."}]}', hint: 'correct the pointer to the text' })
    await check(reference)
    for (const piece of ANSWER.match(/[\s\S]{1,12}/g) ?? []) {
      on(piece)
      await pause(40)
      if (cancelled.has(task)) throw new IpcError({ code: 'cancelled', message: 'the test prompt was cancelled', hint: null })
    }
    return { reference, text: ANSWER, finish: 'stop', usage: { prompt_tokens: 21, completion_tokens: 52 }, latency_ms: 1840, first_token_ms: 212, served_model: reference.startsWith('openrouter:') ? 'openai/gpt-oss-20b' : null, attempts: 1, cost_usd: factsOf(reference).price ? 0.0000344 : null }
  }

  return {
    check,
    offers,
    test,
    pulled: (reference: string) => void pulled.add(reference),
    isPulled: (reference: string) => pulled.has(reference),
    /** As the engine names them; only for what a test types. */
    keyVariable: (url: string): string | null => (URL.canParse(url) ? `ASSAY_KEY_${new URL(url).host.toUpperCase().replace(/[^A-Z0-9]/g, '_')}` : null),
    variableOf: (reference: string): string | null => PROVIDERS.find((p) => p.id === reference.split(':')[0])?.key_variable ?? null,
    providers: () => [...PROVIDERS],
    custom: () => custom,
    saveCustom: (made: CustomProvider) => {
      if (made.kind === 'template' && !made.text.startsWith('/')) throw new IpcError({ code: 'bad-provider-file', message: `providers.toml: [http.${made.name}], field 'text': "${made.text}" is no JSON pointer`, hint: 'a pointer begins with a slash: /choices/0/text' })
      custom = [...custom.filter((c) => c.kind !== made.kind || c.name !== made.name), made]
    },
    removeCustom: (id: string) => void (custom = custom.filter((c) => `${c.kind === 'program' ? 'program' : 'http'}:${c.name}` !== id)),
    keys: listKeys,
    setKey: (variable: string): KeyStatus => {
      kept.set(variable, 'keyring')
      return keyOf(variable, [])
    },
    forgetKey: (variable: string): boolean => kept.delete(variable),
    cancel: (task: string) => void cancelled.add(task),
  }
}
