import { describe, expect, test } from 'vitest'
import { baselineAmong } from './baseline'

const runs = [
  { id: 'r1', models: ['local:a'], languages: ['python'] },
  { id: 'r2', models: ['local:b', 'x:org/c'], languages: ['go'] },
]

describe('a baseline of an address', () => {
  test('stays while its run and model are compared', () => {
    expect(baselineAmong('r2/auto/x:org/c', 'series', runs, [])).toBe('r2/auto/x:org/c')
    expect(baselineAmong('r3/auto/x:org/c', 'series', runs, [])).toBeNull()
    expect(baselineAmong('r1/auto/x:org/c', 'series', runs, [])).toBeNull()
    expect(baselineAmong('local:b', 'model', runs, [])).toBe('local:b')
    expect(baselineAmong('python', 'language', runs, [])).toBe('python')
    expect(baselineAmong('rust', 'language', runs, [])).toBeNull()
  })

  test('of a strategy is believed when the scores have it', () => {
    expect(baselineAmong('plan', 'strategy', runs, [])).toBeNull()
    expect(baselineAmong('plan', 'strategy', runs, ['plan'])).toBe('plan')
    expect(baselineAmong(undefined, 'series', runs, [])).toBeNull()
  })
})
