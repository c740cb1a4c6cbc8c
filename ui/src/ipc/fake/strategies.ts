import { IpcError } from '../error'
import type { PreviewRequest, PreviewTurn, Problem, PromptPreview, StrategyList, StrategySource, StrategySummary } from '../types'

const ASK = 'Complete the following Python function. Reply with the whole function, with every import it needs, in one Python code block and nothing else.'

const BUILTIN: readonly StrategySummary[] = [
  { id: 'instruct', title: 'Instruction', description: 'The model is asked, as in a chat, to write the function.', kind: 'chat', turns: 1, builtin: true, examples: 0, checks_answers: false },
  { id: 'completion', title: 'Completion', description: 'The model continues the signature and its description.', kind: 'completion', turns: 1, builtin: true, examples: 0, checks_answers: false },
  { id: 'few-shot', title: 'Few-shot', description: 'Two solved problems of another data set are shown before the question.', kind: 'chat', turns: 1, builtin: true, examples: 0, checks_answers: false },
  { id: 'fill-in-the-middle', title: 'Fill in the middle', description: 'The body of the function is a gap, marked as the model’s family marks it.', kind: 'fill-in-the-middle', turns: 1, builtin: true, examples: 0, checks_answers: false },
  { id: 'few-shot-completion', title: 'Few-shot completion', description: 'Solved problems of another data set stand before the one to be continued.', kind: 'completion', turns: 1, builtin: true, examples: 2, checks_answers: false },
  { id: 'prefill', title: 'Answer begun', description: 'The model’s answer is begun with the signature, and it goes on.', kind: 'prefill', turns: 1, builtin: true, examples: 0, checks_answers: false },
  { id: 'restated', title: 'Restated', description: 'Signature and description are said apart, in words.', kind: 'chat', turns: 1, builtin: true, examples: 0, checks_answers: false },
  { id: 'chain-of-thought', title: 'Chain of thought', description: 'The model thinks step by step before it writes the function.', kind: 'chat', turns: 1, builtin: true, examples: 0, checks_answers: false },
  { id: 'test-first', title: 'Test first', description: 'The model writes tests from the description, then the function.', kind: 'chat', turns: 2, builtin: true, examples: 0, checks_answers: false },
  { id: 'plan-then-code', title: 'Plan, then code', description: 'The model writes a plan in a few lines, then the function that follows it.', kind: 'chat', turns: 2, builtin: true, examples: 0, checks_answers: false },
  { id: 'self-repair', title: 'Self-repair', description: 'The instruction; then, up to two times, what went wrong with the examples in the description or when the program was compiled and started. The hidden tests are never used.', kind: 'chat', turns: 3, builtin: true, examples: 0, checks_answers: true },
]

const sourceOf = (s: StrategySummary): string =>
  `id = "${s.id}"\ntitle = "${s.title}"\ndescription = "${s.description}"\nkind = "${s.kind}"\n\n[[turns]]\n\n[[turns.messages]]\nrole = "user"\ncontent = """\n# Each {{ language }} problem\nComplete the following {{ language }} function. Reply with the whole function in one code block.\n\n\`\`\`{{ fence }}\n{{ prompt | trim }}\n\`\`\`"""\n`

/** Strategies and the prompts they make, all made up. */
export function fakeStrategies({ problemOf }: { problemOf: (dataset: string, problem: string | null) => Problem }) {
  let own: StrategySummary[] = [{ id: 'terse', title: 'Terse', description: 'As short as can be.', kind: 'chat', turns: 1, builtin: false, examples: 0, checks_answers: false }]
  const sources = new Map<string, string>()
  const all = () => [...BUILTIN, ...own]
  const need = (id: string): StrategySummary => {
    const found = all().find((s) => s.id === id)
    if (!found) throw new IpcError({ code: 'unknown-strategy', message: `there is no strategy ${id}`, hint: null })
    return found
  }
  const field = (text: string, name: string) => new RegExp(`^${name} = "(.*)"$`, 'm').exec(text)?.[1]

  return {
    list: (): StrategyList => ({ strategies: all(), wrong: [] }),
    source: (id: string): StrategySource => ({ id, builtin: need(id).builtin, toml: sources.get(id) ?? sourceOf(need(id)), wrong: null }),
    save: (id: string, text: string): StrategySummary => {
      const kind = field(text, 'kind')
      const line = text.split('\n').findIndex((l) => l.startsWith('kind')) + 1
      if (kind === undefined || !['chat', 'completion', 'prefill', 'fill-in-the-middle'].includes(kind))
        throw new IpcError({ code: 'bad-strategy', message: `${id}.toml, line ${line}, field 'kind': unknown variant \`${kind ?? ''}\`, expected one of \`chat\`, \`completion\`, \`prefill\`, \`fill-in-the-middle\``, hint: 'compare the file with a built-in strategy: assay prompts show ID' })
      const made: StrategySummary = { ...need(id), title: field(text, 'title') ?? id, description: field(text, 'description') ?? '', kind, turns: text.split('[[turns]]').length - 1 }
      own = own.map((s) => (s.id === id ? made : s))
      sources.set(id, text)
      return made
    },
    duplicate: (id: string, newId: string): StrategySummary => {
      if (all().some((s) => s.id === newId)) throw new IpcError({ code: 'strategy-taken', message: `there is a strategy ${newId} already`, hint: 'choose another name' })
      const made: StrategySummary = { ...need(id), id: newId, builtin: false }
      own = [...own, made]
      sources.set(newId, sourceOf(made))
      return made
    },
    remove: (id: string) => {
      own = own.filter((s) => s.id !== id)
      sources.delete(id)
    },
    preview: ({ strategy: asked, dataset, problem, model }: PreviewRequest): PromptPreview => {
      const s = need(asked === 'auto' ? 'instruct' : asked)
      const { prompt } = problemOf(dataset, problem)
      const family = /qwen/.test(model.name) ? 'qwen2.5-coder' : /smollm/.test(model.name) ? 'smollm2' : 'default'
      if (s.kind === 'fill-in-the-middle' && family !== 'qwen2.5-coder')
        throw new IpcError({ code: 'strategy-needs-gap-marks', message: `the strategy '${s.id}' fills a gap, and models of the family '${family}' have no marks for one`, hint: "choose 'completion', or 'auto', which asks every model in the way it can answer" })
      const first = { role: 'user' as const, content: `${ASK}\n\n\`\`\`python\n${prompt.trim()}\n\`\`\`` }
      const turns: PreviewTurn[] = [{ prompt: s.kind === 'chat' ? { mode: 'chat', messages: [first] } : { mode: 'completion', text: prompt }, note: null }]
      for (let i = 1; i < s.turns; i += 1) {
        const told = 'An example of the description comes to something else:\n\n```\n«what went wrong with a public example or the compiler»\n```\n\nFind the mistake and correct it.'
        turns.push({ prompt: { mode: 'chat', messages: [first, { role: 'assistant', content: '«the model’s first answer»' }, { role: 'user', content: told }] }, note: s.checks_answers ? 'asked only when a check of the answer before it found something' : null })
      }
      return { strategy: s.id, kind: s.kind, language: 'python', family, turns, stop: s.kind === 'completion' ? ['\nclass ', '\ndef ', '\nif __name__', '\nprint('] : ['<|im_end|>'], temperature: 0.2, assumed: model.provider === 'ollama' ? 'its server was not looked at, and the model is taken to answer messages and continue texts; once it is checked, the preview is of what was found' : null }
    },
  }
}
