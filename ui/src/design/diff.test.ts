import { describe, expect, test } from 'vitest'
import { diffOf } from './diff'

const text = (row: { parts: { text: string }[] }) => row.parts.map((p) => p.text).join('')

describe('diffOf', () => {
  test('each side of the diff is its text again', () => {
    const before = 'Sure!\n\n```python\ndef f(a):\n    return a\n```\n'
    const after = 'import math\n\ndef f(a):\n    return b\n'
    const rows = diffOf(before, after)
    expect(rows.filter((r) => r.kind !== 'added').map(text).join('\n')).toBe(before.trimEnd())
    expect(rows.filter((r) => r.kind !== 'removed').map(text).join('\n')).toBe(after.trimEnd())
  })

  test('counts the lines of both texts', () => {
    const rows = diffOf('a\nb\nc\n', 'a\nc\nd\n')
    expect(rows.map((r) => [r.kind, r.before, r.after])).toEqual([
      ['same', 1, 1],
      ['removed', 2, null],
      ['same', 3, 2],
      ['added', null, 3],
    ])
  })

  test('marks what changed inside of lines that are alike, and nothing in lines that are not', () => {
    const alike = diffOf('    return total + one\n', '    return total + two\n')
    expect(alike[0]?.parts.filter((p) => p.changed).map((p) => p.text)).toEqual(['one'])
    expect(alike[1]?.parts.filter((p) => p.changed).map((p) => p.text)).toEqual(['two'])
    const unlike = diffOf('Sure! Here you go:\n', 'from typing import List\n')
    expect(unlike.flatMap((r) => r.parts).some((p) => p.changed)).toBe(false)
  })

  test('equal texts have no change, whether they end in a line break or not', () => {
    expect(diffOf('a\nb', 'a\nb\n').every((r) => r.kind === 'same')).toBe(true)
  })
})
