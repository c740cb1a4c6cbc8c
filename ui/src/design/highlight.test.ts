import { expect, test } from 'vitest'
import { highlight } from './highlight'

test('lines are those of the code, in every language and in none', () => {
  const code = 'def f(a):\n    """Two\n    lines."""\n    return a < 1 and "<b>"\n'
  for (const language of ['python', 'javascript', 'rust', 'cobol', null]) {
    const lines = highlight(code, language)
    expect(lines.map((l) => l.map((t) => t.text).join('')).join('\n')).toBe(code)
  }
})

test('a text over several lines keeps its kind on each', () => {
  const lines = highlight('x = """one\ntwo"""\n', 'python')
  expect(lines[0]?.some((t) => t.kind === 'string')).toBe(true)
  expect(lines[1]?.[0]).toEqual({ text: 'two"""', kind: 'string' })
})
