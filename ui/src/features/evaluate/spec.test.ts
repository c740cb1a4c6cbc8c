import { describe, expect, test } from 'vitest'
import { DEFAULT_DRAFT, missing, modelChoices, openAiReference, parseModel, specOf, withDefaults } from './spec'
import type { AppStatus, DatasetStatus } from '../../ipc/types'

const dataset: DatasetStatus = { id: 'humaneval', title: 'HumanEval', version: '1', licence: 'MIT', languages: ['python'], n_problems: 164, sha256: null, state: 'ready', imported: false }
const draft = { ...DEFAULT_DRAFT, models: ['local:smollm2-135m'], dataset: 'humaneval' }

describe('parseModel', () => {
  test('reads the same references as the core', () => {
    expect(parseModel('ollama:qwen2.5-coder:7b')).toEqual({ provider: 'ollama', name: 'qwen2.5-coder:7b', url: null })
    expect(parseModel('openai:a@b@http://127.0.0.1:8080/v1/')).toEqual({ provider: 'openai', name: 'a@b', url: 'http://127.0.0.1:8080/v1' })
    for (const bad of ['', 'smollm', ':x', 'open ai:x', 'local:', 'openai:@http://h/v1']) expect(parseModel(bad)).toBeNull()
  })
})

describe('openAiReference', () => {
  test('makes a reference that reads back', () => {
    const made = openAiReference(' qwen ', 'http://127.0.0.1:8080/v1/')
    expect(made).toEqual({ reference: 'openai:qwen@http://127.0.0.1:8080/v1' })
  })

  test('names the field that is wrong, and never keeps credentials', () => {
    expect(openAiReference('', 'http://h/v1')).toMatchObject({ field: 'name' })
    expect(openAiReference('m', 'h:8080')).toMatchObject({ field: 'url' })
    expect(openAiReference('m', 'ftp://h/v1')).toMatchObject({ field: 'url' })
    const secret = openAiReference('m', 'http://me:secret@h/v1')
    expect(secret).toMatchObject({ field: 'url' })
    expect(JSON.stringify(secret)).not.toContain('secret')
  })
})

describe('specOf', () => {
  test('makes the spec that was filled in', () => {
    const spec = specOf({ ...draft, name: ' mine ', which: 'first', first: 5, samples: 3, temperature: 0.8, stop: 'a\\n\n\nb', wallSeconds: 1.5 }, dataset)
    expect(spec).toMatchObject({
      name: 'mine',
      models: [{ provider: 'local', name: 'smollm2-135m', url: null }],
      problems: { kind: 'first', count: 5 },
      samples: 3,
      sampling: { temperature: 0.8, top_p: null, max_tokens: 512, stop: ['a\n', 'b'] },
    })
    expect(spec?.limits.wall_ms).toBe(1500)
    expect(spec?.adaptive).toBeNull()
  })

  test('names the policy where one chooses', () => {
    expect(specOf({ ...draft, strategy: 'adaptive', policy: 'mine', learn: false }, dataset)?.adaptive).toEqual({ policy: 'mine', learn: false })
  })

  test('is nothing while something is missing, and says what', () => {
    expect(specOf({ ...draft, models: [] }, dataset)).toBeNull()
    expect(missing({ ...draft, models: [] }, dataset).models).toBeDefined()
    expect(missing({ ...draft, which: 'ids' }, dataset).problems).toBeDefined()
    expect(missing({ ...draft, samples: 1.5 }, dataset).numbers).toContain('Samples')
    expect(missing({ ...draft, temperature: 3 }, dataset).numbers).toContain('temperature')
    expect(missing(draft, { ...dataset, state: 'missing' }).dataset).toContain('Fetch')
    expect(missing(draft, dataset)).toEqual({})
  })
})

describe('what is chosen at first', () => {
  const status = { models: [{ id: 'a', reference: 'local:a', title: 'A', licence: 'MIT', bytes: 1, ready: false, chat: true }, { id: 'b', reference: 'local:b', title: 'B', licence: 'MIT', bytes: 1, ready: true, chat: false }, { id: 's', reference: 'openai:x@http://h/v1', title: 'x', licence: '', bytes: 0, ready: true, chat: true }] } as AppStatus

  test('a model that is ready and a data set that is', () => {
    const choices = modelChoices(status, ['openai:x@http://h/v1'])
    expect(choices.map((c) => c.reference)).toEqual(['local:a', 'local:b', 'openai:x@http://h/v1'])
    const made = withDefaults(DEFAULT_DRAFT, choices, [{ ...dataset, id: 'x', state: 'missing' }, { ...dataset, id: 'y' }])
    expect(made.models).toEqual(['local:b'])
    expect(made.dataset).toBe('y')
  })

  test('what a person chose stays', () => {
    expect(withDefaults(draft, modelChoices(status, []), [dataset]).models).toEqual(['local:smollm2-135m'])
  })
})
