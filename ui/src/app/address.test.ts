import { describe, expect, test } from 'vitest'
import { adaptiveAddress, compareAddress, joinList, parseSearch, problemAddress, problemPlace, samplesAddress, splitList, stringifySearch, trendsAddress } from './address'

describe('lists in an address', () => {
  test('come back as they were, commas, percent signs and all', () => {
    const lists = [[], ['a'], ['a', 'b'], ['openai:a,b@http://h/v1', '100%', '%2C'], ['HumanEval/0']]
    for (const list of lists) expect(splitList(joinList(list))).toEqual(list)
  })

  test('survive the whole way through an address', () => {
    const models = ['openai:qwen,7b@http://127.0.0.1:8080/v1', 'local:smollm2-135m', 'a&b=c#d']
    const text = stringifySearch({ models })
    expect(samplesAddress(parseSearch(text)).models).toEqual(models)
  })
})

describe('stringifySearch', () => {
  test('leaves out what says nothing', () => {
    expect(stringifySearch({ runs: [], text: '', by: undefined, desc: false, view: null })).toBe('')
  })

  test('stays readable', () => {
    expect(stringifySearch({ runs: ['r1', 'r2'], models: ['local:smollm2-135m'], text: 'HumanEval/0', desc: true, k: 5 })).toBe(
      '?runs=r1,r2&models=local:smollm2-135m&text=HumanEval/0&desc=1&k=5',
    )
  })
})

describe('samplesAddress', () => {
  test('reads what it wrote', () => {
    const address = {
      runs: ['r1'],
      verdicts: ['failed', 'timeout'] as const,
      contents: ['no_code'] as const,
      transports: ['rate_limited'] as const,
      text: 'sum of',
      sort: 'duration' as const,
      desc: true as const,
      sample: 12,
      tab: 'diff' as const,
    }
    expect(samplesAddress(parseSearch(stringifySearch(address)))).toEqual(address)
  })

  test('drops what it does not know instead of failing', () => {
    expect(samplesAddress({ verdicts: 'failed,exploded', sort: 'moon', sample: '-3', tab: 'x', desc: 'maybe', text: '' })).toEqual({ verdicts: ['failed'] })
  })

  test('takes values as the router hands them over, typed already', () => {
    expect(samplesAddress({ runs: ['a', 'a', 'b'], sample: 7 })).toEqual({ runs: ['a', 'b'], sample: 7 })
    expect(samplesAddress({ against: 7 })).toEqual({ against: '7' })
    expect(samplesAddress({ against: 'reference' })).toEqual({ against: 'reference' })
    expect(samplesAddress({ against: 'moon' })).toEqual({})
  })
})

describe('problemAddress', () => {
  test('reads what it wrote', () => {
    const address = { runs: ['r1', 'r2'], by: 'language' as const, languages: ['go'], against: 'reference', picks: ['12', '15'], view: 'table' as const }
    expect(problemAddress(parseSearch(stringifySearch(address)))).toEqual(address)
    // Models are what stands side by side where nothing is said.
    expect(problemAddress({ by: 'model', view: 'chart' })).toEqual({})
  })

  test('a problem’s place is taken apart, slashes of its id and all', () => {
    expect(problemPlace('humaneval/HumanEval/0')).toEqual({ dataset: 'humaneval', problem: 'HumanEval/0', search: {} })
    expect(problemPlace('starter/starter/clock-text?languages=go')).toEqual({ dataset: 'starter', problem: 'starter/clock-text', search: { languages: ['go'] } })
  })
})

describe('compareAddress', () => {
  test('reads what it wrote', () => {
    const address = { runs: ['r1'], show: 'problems' as const, columns: ['a/b', 'c,d'], only: true as const, easiest: true as const, a: 'x', b: 'y' }
    expect(compareAddress(parseSearch(stringifySearch(address)))).toEqual(address)
    expect(compareAddress({ show: 'moon', against: 'moon' })).toEqual({})
  })

  test('keeps k and alpha within what is defined', () => {
    expect(compareAddress({ k: '0', alpha: '0.5' })).toEqual({})
    expect(compareAddress({ k: '10', alpha: '0.01' })).toEqual({ k: 10, alpha: '0.01' })
    expect(compareAddress({ k: '1.5' })).toEqual({})
  })
})

describe('trendsAddress', () => {
  test('reads what it wrote, and nothing that is wrong', () => {
    const address = { suite: 'humaneval/1.0.3/python', series: 'humaneval/1.0.3/python/auto/openai:a/b@http://h/v1', all: true as const, alpha: '0.01' as const, k: 5, view: 'table' as const }
    expect(trendsAddress(parseSearch(stringifySearch(address)))).toEqual(address)
    expect(trendsAddress({ alpha: '0.2', k: '0', view: 'chart', all: 'no' })).toEqual({})
  })
})

describe('adaptive prompting in an address', () => {
  test('comes back as it was, and only what can be', () => {
    const address = { tab: 'grid', policy: 'my policy, 2', runs: ['a', 'b'], folds: 20, own: true, done: true, tables: ['scores'], instead: ['examples:0.4', 'in_python:1'] } as const
    expect(adaptiveAddress(parseSearch(stringifySearch(address)))).toEqual(address)
    expect(adaptiveAddress({ tab: 'other', instead: 'examples:2,python:x,:1,list', folds: '1', tables: 'rewards,none' })).toEqual({ tables: ['rewards'] })
  })
})
