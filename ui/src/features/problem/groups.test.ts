import { describe, expect, test } from 'vitest'
import type { ProblemAnswer, Verdict } from '../../ipc/types'
import { filterAnswers, groupAnswers, isJudged, pick, pickedOf } from './groups'

let next = 1
const answer = (model: string, verdict: Verdict | null, more: { language?: string; strategy?: string; program?: string | null } = {}): ProblemAnswer => ({
  run_name: 'run',
  program: more.program === undefined ? 'x' : more.program,
  sample: { id: next++, run: 'r', model, language: more.language ?? 'python', problem: 'P/1', index: 0, strategy: more.strategy ?? 'auto', stage: 'done', transport: 'ok', content: 'ok', verdict, detail: null, duration_ms: 1, latency_ms: 1, completion_tokens: 1, rule: null, detected: null, quality: null, cost_usd: null },
})

describe('answers side by side', () => {
  const answers = [answer('local:a', 'failed'), answer('local:a', 'passed'), answer('x:b', 'passed', { language: 'go' }), answer('x:c', 'infrastructure')]

  test('who solves it most often comes first, and what is not judged counts for nothing', () => {
    const groups = groupAnswers(answers, 'model')
    expect(groups.map((g) => [g.label, g.passed, g.judged])).toEqual([['b', 1, 1], ['a', 1, 2], ['c', 0, 0]])
    expect(groupAnswers(answers, 'language').map((g) => g.label)).toEqual(['Go', 'Python'])
    expect(groupAnswers(answers, 'language')[0]?.model).toBeNull()
  })

  test('an answer without a program is judged, one the machine could not judge is not', () => {
    const none = answer('x', null)
    expect(isJudged(none)).toBe(true)
    expect(isJudged({ sample: { ...none.sample, content: null } })).toBe(false)
    expect(isJudged(answers[3] as ProblemAnswer)).toBe(false)
  })

  test('filters let through what all of them let through', () => {
    expect(filterAnswers(answers, {})).toHaveLength(4)
    expect(filterAnswers(answers, { models: ['local:a', 'x:b'], languages: ['python'] })).toHaveLength(2)
  })

  test('the first with a program is looked at, until another is picked', () => {
    const group = groupAnswers([answer('m', null, { program: null }), answer('m', 'failed'), answer('m', 'passed')], 'model')[0]
    if (!group) throw new Error('a group')
    const [none, failed, passed] = group.answers.map((a) => String(a.sample.id))
    expect(pickedOf(group, undefined)?.sample.id).toBe(Number(failed))
    const picks = pick(group, ['999', failed as string], Number(passed))
    expect(picks).toEqual(['999', passed])
    expect(pickedOf(group, picks)?.sample.id).toBe(Number(passed))
    expect(pickedOf(group, [none as string])?.program).toBeNull()
  })
})
