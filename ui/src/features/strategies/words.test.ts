import { expect, test } from 'vitest'
import { copyId, fieldOf, lineOf, shapeOf, visible, wrongId } from './words'

test('what cannot be seen in a stop sequence is written out', () => {
  expect(visible('\n\ndef ')).toBe('\\n\\ndef·')
  expect(visible('a\\n')).toBe('a\\\\n')
  expect(visible('\t#')).toBe('\\t#')
})

test('a copy gets a name that is free', () => {
  expect(copyId('instruct', ['instruct'])).toBe('instruct-copy')
  expect(copyId('instruct', ['instruct', 'instruct-copy', 'instruct-copy-2'])).toBe('instruct-copy-3')
})

test('a name of one’s own is one that a file can have', () => {
  expect(wrongId('terse-2', [])).toBeNull()
  for (const id of ['', 'Terse', 'a b', '-a', 'a--b', '../x']) expect(wrongId(id, []), id).not.toBeNull()
  expect(wrongId('instruct', ['instruct'])).toMatch(/already/)
})

test('line and field are found in what an error says', () => {
  const message = "/home/ana/strategies/terse.toml, line 12, field 'turns[0].when': unknown variant"
  expect(lineOf(message)).toBe(12)
  expect(fieldOf(message)).toBe('turns[0].when')
  expect(lineOf('it is too long')).toBeNull()
  expect(fieldOf('it is too long')).toBeNull()
})

test('a strategy’s shape is told in words', () => {
  expect(shapeOf({ kind: 'chat', turns: 3, examples: 0 })).toBe('messages, up to 3 turns')
  expect(shapeOf({ kind: 'completion', turns: 1, examples: 2 })).toBe('text to continue, 2 examples shown')
})
