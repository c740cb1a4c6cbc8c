import { languageName, modelName, strategyName } from '../../design/names'
import type { CompareBy, ProblemAnswer } from '../../ipc/types'
import type { ProblemAddress } from '../../app/address'

/** Answers that stand together, one of them in sight. */
export interface AnswerGroup {
  key: string
  label: string
  /** What its colour goes by, where it is one model's. */
  model: string | null
  answers: ProblemAnswer[]
  passed: number
  judged: number
}

const keyOf = ({ sample }: ProblemAnswer, by: CompareBy): string =>
  by === 'model' ? sample.model : by === 'strategy' ? sample.strategy : by === 'language' ? sample.language : `${sample.run}/${sample.strategy}/${sample.model}`

/** Whether an answer says something of its model: it was judged, or held nothing that could be. */
export const isJudged = ({ sample }: Pick<ProblemAnswer, 'sample'>): boolean => sample.stage === 'done' && (sample.verdict === null ? sample.content !== null : sample.verdict !== 'infrastructure')

/** The answers by what stands side by side; who solves it most often comes first. */
export function groupAnswers(answers: readonly ProblemAnswer[], by: CompareBy): AnswerGroup[] {
  const groups = new Map<string, AnswerGroup>()
  for (const answer of answers) {
    const { sample } = answer
    const key = keyOf(answer, by)
    const label = by === 'model' ? modelName(sample.model) : by === 'strategy' ? strategyName(sample.strategy) : by === 'language' ? languageName(sample.language) : `${modelName(sample.model)} · ${answer.run_name}`
    const group = groups.get(key) ?? { key, label, model: by === 'model' || by === 'series' ? sample.model : null, answers: [], passed: 0, judged: 0 }
    group.answers.push(answer)
    if (isJudged(answer)) group.judged += 1
    if (sample.verdict === 'passed') group.passed += 1
    groups.set(key, group)
  }
  const share = (g: AnswerGroup) => (g.judged === 0 ? -1 : g.passed / g.judged)
  return [...groups.values()].sort((a, b) => share(b) - share(a) || a.label.localeCompare(b.label))
}

/** The answers that filters let through. */
export function filterAnswers(answers: readonly ProblemAnswer[], { models, languages, strategies }: ProblemAddress): ProblemAnswer[] {
  const has = (list: readonly string[] | undefined, value: string) => list === undefined || list.includes(value)
  return answers.filter(({ sample }) => has(models, sample.model) && has(languages, sample.language) && has(strategies, sample.strategy))
}

/** The answer of a group that is looked at: the picked one, else the first that tells most, one with a program. */
export function pickedOf(group: AnswerGroup, picks: readonly string[] | undefined): ProblemAnswer | undefined {
  return group.answers.find((a) => picks?.includes(String(a.sample.id))) ?? group.answers.find((a) => a.program !== null) ?? group.answers[0]
}

/** The picks with one of a group's exchanged. */
export function pick(group: AnswerGroup, picks: readonly string[] | undefined, sample: number): string[] {
  const own = new Set(group.answers.map((a) => String(a.sample.id)))
  return [...(picks ?? []).filter((p) => !own.has(p)), String(sample)]
}
