import { expect, test } from 'vitest'
import { modelOfScore, verdictOnPair } from './scores'

test('a difference that is not significant is none, however large', () => {
  expect(verdictOnPair({ diff: 0.4, significant: false })).toBe('none')
  expect(verdictOnPair({ diff: 0.02, significant: true })).toBe('first')
  expect(verdictOnPair({ diff: -0.02, significant: true })).toBe('second')
})

test('a line finds its model, even when one name begins another', () => {
  const runs = [
    { id: 'r1', models: ['local:qwen', 'local:qwen-7b'] },
    { id: 'r2', models: ['local:smol'] },
  ]
  expect(modelOfScore({ key: 'r1/local:qwen-7b', runs: ['r1'] }, runs)).toBe('local:qwen-7b')
  expect(modelOfScore({ key: 'whatever', runs: ['r2'] }, runs)).toBe('local:smol')
  expect(modelOfScore({ key: 'python', runs: ['r1', 'r2'] }, runs)).toBeNull()
})
