import { describe, expect, test } from 'vitest'
import { NEW_PROGRAM, NEW_TEMPLATE, customOf, draftOf, joinCommand, splitCommand, splitHeaders, wrongIn } from './custom'

describe('a command line', () => {
  test('is taken apart as a shell would', () => {
    expect(splitCommand('python3 -m serve --name "two words" \'a "b"\' c\\ d ""')).toEqual(['python3', '-m', 'serve', '--name', 'two words', 'a "b"', 'c d', ''])
    expect(splitCommand('   ')).toEqual([])
    expect(splitCommand('say "a \\"b\\" \\n"')).toEqual(['say', 'a "b" \\n'])
  })

  test('put together, it is taken apart to the same words', () => {
    for (const words of [['python3', 'a b', "it's", '"', '', '\\', '$HOME', 'ü'], ['x']]) expect(splitCommand(joinCommand(words))).toEqual(words)
  })
})

test('headers are lines, and a value may hold colons', () => {
  expect(splitHeaders('Authorization: Bearer ${KEY}\n\nX-Time: 12:30 ')).toEqual([
    ['Authorization', 'Bearer ${KEY}'],
    ['X-Time', '12:30'],
  ])
})

test('what is edited and not changed is saved as it was', () => {
  const program = { kind: 'program', name: 'mine', command: ['python3', 'a b.py'], cwd: '/tmp', env_keys: ['A', 'B'], chat: true, completion: false, seed: true, concurrency: 2, timeout_s: 30 } as const
  expect(customOf(draftOf({ ...program, command: [...program.command], env_keys: [...program.env_keys] }))).toEqual(program)
  const template = { kind: 'template' as const, name: 'gate', url: 'http://127.0.0.1:1/x', method: 'POST', headers: [['A', 'b']] as [string, string][], body: '{}\n', text: '/t', finish: null, prompt_tokens: '/u/p', completion_tokens: null, error: null, chat: false, completion: true, concurrency: 1, timeout_s: 9 }
  expect(customOf(draftOf(template))).toEqual(template)
})

test('what is wrong is told by field', () => {
  expect(Object.keys(wrongIn(NEW_PROGRAM, []))).toEqual(['name', 'command'])
  expect(wrongIn({ ...NEW_PROGRAM, name: 'mine', command: 'run' }, [])).toEqual({})
  expect(wrongIn({ ...NEW_PROGRAM, name: 'mine', command: 'run' }, ['program:mine']).name).toMatch(/already/)
  expect(wrongIn({ ...NEW_PROGRAM, name: 'mine', command: 'run', env: 'KEY=secret' }, []).env).toMatch(/names/)
  expect(wrongIn({ ...NEW_PROGRAM, name: 'mine', command: 'run', chat: false }, []).can).toBeDefined()
  expect(Object.keys(wrongIn({ ...NEW_TEMPLATE, name: 'gate', url: 'models.example.org', headers: 'nothing', text: 'text' }, []))).toEqual(['url', 'headers', 'text'])
})
