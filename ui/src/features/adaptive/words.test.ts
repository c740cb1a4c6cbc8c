import { describe, expect, test } from 'vitest'
import type { PolicySetup, RunSummary } from '../../ipc/types'
import { gridQuery, proposed } from './grid'
import { chance, fileName, gain, mixInWords, reward, setupFault, signedReward } from './words'

const setup: PolicySetup = { algorithm: { kind: 'lin_ucb', alpha: 0.5 }, ridge: 1, exploration: 0.05, reward: { pass: 3, quality: 1, cost: 0, latency: 0, half_cost_usd: 0.001, half_latency_ms: 1000 }, arms: [] }

describe('rewards in words', () => {
  test('a sign is a true minus, and nothing has none', () => {
    expect([reward(0.4251), reward(-0.01), reward(-0.0001)]).toEqual(['0.425', '−0.010', '0.000'])
    expect([signedReward(0.12), signedReward(-0.08), signedReward(0.0001)]).toEqual(['+0.120', '−0.080', '0.000'])
    expect([gain(0.214), gain(-0.05), gain(0.001)]).toEqual(['+21\u202f%', '−5\u202f%', '0\u202f%'])
    expect([chance(0.955), chance(0.005), chance(0)]).toEqual(['96\u202f%', '0.5\u202f%', '0\u202f%'])
  })

  test('the mix is told as shares of its sum, without what does not count', () => {
    expect(mixInWords(setup.reward)).toBe('pass 75\u202f%, quality 25\u202f%')
  })

  test('a file is named after its policy', () => {
    expect([fileName('My policy / 2'), fileName('日本')]).toEqual(['policy-my-policy-2', 'policy-unnamed'])
  })
})

test('a set-up out of range is told', () => {
  expect(setupFault(setup)).toBeNull()
  expect(setupFault({ ...setup, exploration: 1.5 })).toContain('exploration')
  expect(setupFault({ ...setup, ridge: 0 })).toContain('ridge')
  expect(setupFault({ ...setup, algorithm: { kind: 'fixed', arm: '' } })).toContain('always')
  expect(setupFault({ ...setup, reward: { ...setup.reward, pass: 0, quality: 0 } })).toContain('reward')
})

describe('grids', () => {
  const run = (id: string, strategy: string, model = 'm', dataset = 'd') => ({ id, strategy, models: [model], dataset, dataset_version: '1', status: 'completed', created_at: id, archived: false, scores: [{}] }) as unknown as RunSummary

  test('what is proposed is one model on one data set by the most strategies, and nothing a policy chose', () => {
    expect(proposed([run('a', 'x'), run('b', 'y'), run('c', 'x', 'n'), run('d', 'adaptive'), run('e', 'z', 'm', 'other')])).toEqual(['b', 'a'])
    expect(proposed([run('a', 'x'), run('c', 'y', 'n')])).toEqual([])
    expect(proposed([run('a', 'x'), run('b', 'y'), run('c', 'x')])).toEqual(['c', 'b'])
  })

  test('runs that are gone are left out, and without any nothing is asked', () => {
    expect(gridQuery({ runs: ['a', 'gone'], own: true, folds: 20 }, [run('a', 'x')])).toEqual({ runs: ['a'], policy: null, baseline: null, folds: 20, seed: 0, own_choices: true })
    expect(gridQuery({ runs: ['gone'] }, [])).toBeNull()
  })
})
