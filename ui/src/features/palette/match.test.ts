import { expect, test } from 'vitest'
import { matchScore, rank } from './match'

test('a beginning beats a word, a word beats a middle, a middle beats letters', () => {
  const scores = ['HumanEval/12', 'Run HumanEval', 'myhumaneval', 'h-u-m-a-n'].map((t) => matchScore('human', t) ?? 0)
  expect(scores).toEqual([...scores].sort((a, b) => b - a))
  expect(new Set(scores).size).toBe(4)
})

test('every word must be there, in any order', () => {
  expect(matchScore('smol starter', 'Starter set, SmolLM2')).not.toBeNull()
  expect(matchScore('smol humaneval', 'Starter set, SmolLM2')).toBeNull()
})

test('letters strewn over a text are no match', () => {
  expect(matchScore('abc', 'a very long text with b and then at last c')).toBeNull()
})

test('hidden words find an entry, its title finds it first', () => {
  const items = [{ title: 'New evaluation', words: 'run start' }, { title: 'Runs' }, { title: 'Settings' }]
  expect(rank(items, 'run', 5).map((i) => i.title)).toEqual(['Runs', 'New evaluation'])
  expect(rank(items, '', 2)).toHaveLength(2)
})
