import { IpcError } from '../error'
import type { PreviewRequest, Problem, PromptPreview, StrategyInfo } from '../types'

const ASK = 'Complete the following Python function. Reply with the whole function, with every import it needs, in one Python code block and nothing else.'

const BUILTIN: readonly StrategyInfo[] = [
  { id: 'auto', title: 'Automatic', description: 'Instruction for models that can chat, completion for the others.', kind: 'chat', turns: 1, builtin: true },
  { id: 'instruct', title: 'Instruction', description: 'The model is asked, as in a chat, to write the function.', kind: 'chat', turns: 1, builtin: true },
  { id: 'completion', title: 'Completion', description: 'The model continues the signature and its description.', kind: 'completion', turns: 1, builtin: true },
  { id: 'few-shot', title: 'Few-shot', description: 'Two solved problems of another data set are shown before the question.', kind: 'chat', turns: 1, builtin: true },
  { id: 'fill-in-the-middle', title: 'Fill in the middle', description: 'The body of the function is a gap, marked as the model’s family marks it.', kind: 'fill-in-the-middle', turns: 1, builtin: true },
  { id: 'plan-then-code', title: 'Plan, then code', description: 'The model writes a plan in a few lines, then the function that follows it.', kind: 'chat', turns: 2, builtin: true },
  { id: 'self-repair', title: 'Self-repair', description: 'The instruction; then, up to two times, what went wrong with the examples in the description or when the program was compiled and started. The hidden tests are never used.', kind: 'chat', turns: 3, builtin: true },
]

const sourceOf = (s: StrategyInfo): string =>
  `id = "${s.id}"\ntitle = "${s.title}"\ndescription = "${s.description}"\nkind = "${s.kind}"\n\n[[turns]]\n\n[[turns.messages]]\nrole = "user"\ncontent = """\n# Each {{ language }} problem\nComplete the following {{ language }} function. Reply with the whole function in one code block.\n\n\`\`\`{{ fence }}\n{{ prompt | trim }}\n\`\`\`"""\n`

/** Strategies and the prompts they make, all made up. */
export function fakeStrategies({ problemOf }: { problemOf: (dataset: string, problem: string | null) => Problem }) {
  let own: StrategyInfo[] = [{ id: 'terse', title: 'Terse', description: 'As short as can be.', kind: 'chat', turns: 1, builtin: false }]
  const sources = new Map<string, string>()
  const all = () => [...BUILTIN, ...own]
  const need = (id: string): StrategyInfo => {
    const found = all().find((s) => s.id === id)
    if (!found) throw new IpcError({ code: 'unknown-strategy', message: `there is no strategy ${id}`, hint: null })
    return found
  }
  const field = (text: string, name: string) => new RegExp(`^${name} = "(.*)"$`, 'm').exec(text)?.[1]

  return {
    list: all,
    source: (id: string) => sources.get(id) ?? sourceOf(need(id)),
    save: (id: string, text: string): StrategyInfo => {
      const kind = field(text, 'kind')
      const line = text.split('\n').findIndex((l) => l.startsWith('kind')) + 1
      if (kind === undefined || !['chat', 'completion', 'prefill', 'fill-in-the-middle'].includes(kind))
        throw new IpcError({ code: 'bad-strategy', message: `${id}.toml, line ${line}: field \`kind\`: unknown variant \`${kind ?? ''}\`, expected one of \`chat\`, \`completion\`, \`prefill\`, \`fill-in-the-middle\``, hint: 'correct the line; nothing was saved' })
      const made: StrategyInfo = { ...need(id), title: field(text, 'title') ?? id, description: field(text, 'description') ?? '', kind, turns: text.split('[[turns]]').length - 1 }
      own = own.map((s) => (s.id === id ? made : s))
      sources.set(id, text)
      return made
    },
    duplicate: (id: string, newId: string): StrategyInfo => {
      if (all().some((s) => s.id === newId)) throw new IpcError({ code: 'strategy-exists', message: `there is a strategy ${newId} already`, hint: 'choose another name' })
      const made: StrategyInfo = { ...need(id), id: newId, builtin: false }
      own = [...own, made]
      sources.set(newId, sourceOf(made))
      return made
    },
    remove: (id: string) => {
      own = own.filter((s) => s.id !== id)
      sources.delete(id)
    },
    preview: ({ strategy, dataset, problem, model }: PreviewRequest): PromptPreview => {
      const s = need(strategy)
      const { prompt } = problemOf(dataset, problem)
      const family = /qwen/.test(model) ? 'qwen2.5-coder' : /smollm/.test(model) ? 'smollm2' : 'default'
      if (s.kind === 'fill-in-the-middle' && family !== 'qwen2.5-coder') throw new IpcError({ code: 'no-gap-marks', message: `the family ${family} has no marks for a gap, which fill-in-the-middle needs`, hint: 'choose a model that was trained to fill in, or another strategy' })
      const first = s.kind === 'completion' ? [{ role: 'text', content: prompt }] : [{ role: 'user', content: `${ASK}\n\n\`\`\`python\n${prompt.trim()}\n\`\`\`` }]
      const turns = [{ messages: first, on_feedback: false }]
      for (let i = 1; i < s.turns; i += 1)
        turns.push({ messages: [...first, { role: 'assistant', content: '«the model’s first answer»' }, { role: 'user', content: 'An example of the description comes to something else:\n\n```\n«what went wrong with a public example or the compiler»\n```\n\nFind the mistake and correct it.' }], on_feedback: s.id === 'self-repair' })
      return { strategy: strategy === 'auto' ? 'instruct' : strategy, kind: s.kind, family, turns, stop: s.kind === 'completion' ? ['\nclass ', '\ndef ', '\nif __name__', '\nprint('] : ['<|im_end|>'], temperature: 0 }
    },
  }
}
