import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { screen, waitFor, within } from '@testing-library/react'
import { IpcError } from '../ipc/error'
import { makeFakeIpc } from '../ipc/fake'
import type { Ipc } from '../ipc/ipc'
import { find, layOut, open, search } from './open'

beforeEach(layOut)
afterEach(() => vi.restoreAllMocks())

describe('models in the library', () => {
  test('what a server offers is filtered and added, several at once', async () => {
    const { user, ipc } = open('/library')
    await user.click(await find('library-add-models'))
    await user.click(await find('provider-openrouter'))
    expect(screen.getByTestId('provider-note')).toHaveTextContent('openrouter:qwen/qwen-2.5-coder-32b-instruct')
    await user.click(screen.getByTestId('provider-offers'))
    await screen.findAllByTestId('offer')
    await user.type(screen.getByTestId('offers-filter'), 'qwen coder')
    const offers = screen.getAllByTestId('offer')
    expect(offers).toHaveLength(2)
    for (const offer of offers) await user.click(offer)
    await user.click(screen.getByTestId('offers-add'))
    await waitFor(() => expect(screen.getAllByText(/is added/)).toHaveLength(2))
    expect((await ipc.getSettings()).models).toEqual(expect.arrayContaining(['openrouter:qwen/qwen-2.5-coder-32b-instruct', 'openrouter:qwen/qwen3-coder']))
  })

  test('a service without its key says so, and the key is set there and not shown again', async () => {
    const setKey = vi.fn<Ipc['setKey']>(async (variable) => ({ variable, source: 'keyring', in_keyring: true, detail: '', used_by: [] }))
    const { user } = open('/library', { setKey })
    await user.click(await find('library-add-models'))
    await user.click(await find('provider-anthropic'))
    const adding = screen.getByTestId('add-models')
    await user.click(screen.getByTestId('provider-offers'))
    expect(await within(adding).findByTestId('error-notice')).toHaveTextContent('needs a key and none is set')
    await user.click(within(adding).getByTestId('key-set-ANTHROPIC_API_KEY'))
    const value = within(adding).getByTestId('key-value-ANTHROPIC_API_KEY')
    expect(value).toHaveAttribute('type', 'password')
    await user.type(value, 'sk-not-a-key')
    await user.click(within(adding).getByTestId('key-save-ANTHROPIC_API_KEY'))
    await waitFor(() => expect(within(adding).queryByTestId('key-value-ANTHROPIC_API_KEY')).toBeNull())
    expect(setKey).toHaveBeenCalledWith('ANTHROPIC_API_KEY', 'sk-not-a-key')
    expect(document.body.innerHTML).not.toContain('sk-not-a-key')
  })

  test('where each key is kept is said plainly', async () => {
    open('/library')
    const keys = await find('library-keys')
    await waitFor(() => expect(within(keys).getByTestId('key-HF_TOKEN')).toHaveTextContent('gone when Assay is closed'))
    expect(within(keys).getByTestId('key-OPENROUTER_API_KEY')).toHaveTextContent('keyring')
    const environment = within(keys).getByTestId('key-OPENAI_API_KEY')
    expect(environment).toHaveTextContent('started with it')
    expect(within(environment).queryByRole('button')).toBeNull()
    expect(within(keys).queryByTestId('key-GEMINI_API_KEY')).toBeNull()
  })

  test('a model is checked, priced and tried, its answer as it comes', async () => {
    const { user } = open('/library')
    await user.click(await find('library-details-openrouter:openai/gpt-oss-20b'))
    expect(screen.getByTestId('model-price')).toHaveTextContent('$0.15 in, $0.60 out per million tokens')
    await user.click(screen.getByTestId('model-check'))
    const can = await find('model-can')
    expect(within(can).getByText('131,072 tokens')).toBeInTheDocument()
    expect(can).toHaveTextContent(/yes.*no/)
    await user.click(screen.getByTestId('test-prompt-send'))
    expect(await find('test-prompt-cancel')).toBeInTheDocument()
    await find('test-prompt-answer')
    await waitFor(() => expect(screen.getByTestId('test-prompt-answer')).toHaveTextContent('def add'))
    const facts = await find('test-prompt-facts')
    expect(facts).toHaveTextContent('21 read, 52 written')
    expect(facts).toHaveTextContent('$0.000034')
  })

  test('a test prompt can be stopped; what had come stays', async () => {
    const { user } = open('/library')
    await user.click(await find('library-details-smollm2-135m'))
    expect(screen.getByTestId('model-price')).toHaveTextContent('No price known')
    await user.click(screen.getByTestId('test-prompt-send'))
    await find('test-prompt-answer')
    await user.click(screen.getByTestId('test-prompt-cancel'))
    expect(await screen.findByText(/^Stopped\./)).toBeInTheDocument()
    expect(screen.getByTestId('test-prompt-answer')).toHaveTextContent('python')
    expect(screen.queryByTestId('test-prompt-facts')).toBeNull()
  })

  test('a model that is named and not there is pulled, and is there then', async () => {
    const { user } = open('/library')
    await user.click(await find('library-add-models'))
    await user.click(screen.getByTestId('add-by-reference'))
    await user.type(screen.getByTestId('add-reference'), 'hf:org/tiny-GGUF')
    await user.click(screen.getByTestId('add-reference-check'))
    await user.click(await find('add-reference-pull'))
    expect(await screen.findByRole('progressbar', { name: 'Pulling hf:org/tiny-GGUF' })).toBeInTheDocument()
    expect(await screen.findByText(/It is there: answered/, {}, { timeout: 12_000 })).toBeInTheDocument()
    expect(await find('library-model-hf:org/tiny-GGUF')).toHaveAttribute('data-ready', 'true')
  }, 20_000)

  test('safetensors are seen to be converted, and the model says that it was', async () => {
    const { user } = open('/library')
    await user.click(await find('library-add-models'))
    await user.click(screen.getByTestId('add-by-reference'))
    await user.type(screen.getByTestId('add-reference'), 'hf:org/tiny')
    await user.click(screen.getByTestId('add-reference-check'))
    await user.click(await find('add-reference-pull'))
    expect(await screen.findByText(/converting to GGUF/, {}, { timeout: 12_000 })).toBeInTheDocument()
    expect(await screen.findByText(/It is there: answered/, {}, { timeout: 12_000 })).toBeInTheDocument()
    expect(await find('library-model-hf:org/tiny')).toHaveTextContent('BF16, converted from safetensors')
  }, 30_000)

  test('a program of one’s own is saved and tried in one click; nothing half-filled is', async () => {
    const fake = makeFakeIpc(new URLSearchParams({ state: 'empty', running: '0' }))
    const saveCustomProvider = vi.fn(fake.saveCustomProvider)
    const { user } = open('/library', { ...fake, saveCustomProvider })
    await user.click(await find('custom-add-program'))
    await user.click(screen.getByTestId('custom-save-test'))
    expect(await screen.findByText('Write the command that starts it.')).toBeInTheDocument()
    expect(saveCustomProvider).not.toHaveBeenCalled()
    await user.type(screen.getByTestId('custom-name'), 'echo')
    await user.type(screen.getByTestId('custom-command'), 'python3 "my serve.py"')
    await user.type(screen.getByTestId('custom-env'), 'MY_KEY')
    await user.click(screen.getByTestId('custom-save-test'))
    expect(await find('test-prompt-facts')).toHaveTextContent('52 written')
    expect(saveCustomProvider.mock.calls[0]?.[0]).toEqual({ kind: 'program', name: 'echo', command: ['python3', 'my serve.py'], cwd: null, env_keys: ['MY_KEY'], chat: true, completion: false, seed: false, concurrency: 1, timeout_s: 120 })
    await user.click(screen.getByTestId('custom-close'))
    expect(await find('custom-program:echo')).toHaveTextContent("python3 'my serve.py'")
    await user.click(screen.getByTestId('custom-remove-program:echo'))
    await user.click(screen.getByTestId('custom-remove-confirm-yes'))
    await waitFor(() => expect(screen.queryByTestId('custom-program:echo')).toBeNull())
  })

  test('an address whose reply has no text says what came instead', async () => {
    const { user } = open('/library')
    await user.click(await find('custom-test-http:gateway'))
    expect(await find('test-prompt-error')).toHaveTextContent('no text at /output/text: {"outputs"')
    await user.click(screen.getByTestId('custom-edit-http:gateway'))
    const text = await find('custom-text')
    await user.clear(text)
    await user.type(text, 'output')
    await user.click(screen.getByTestId('custom-save'))
    expect(await screen.findByText(/A pointer begins with a slash/)).toBeInTheDocument()
  })
})

describe('strategies', () => {
  test('a built-in one is read and copied; the copy is edited, and what is wrong is not kept', async () => {
    const { user, router, ipc } = open('/library?tab=strategies&strategy=instruct')
    expect(await find('strategy-duplicate')).toBeInTheDocument()
    expect(screen.queryByTestId('strategy-edit')).toBeNull()
    expect(screen.queryByTestId('strategy-delete')).toBeNull()
    await user.click(screen.getByTestId('strategy-tab-file'))
    expect(await find('strategy-source')).toHaveTextContent('kind = "chat"')
    await user.click(screen.getByTestId('strategy-duplicate'))
    const name = await find('strategy-new-id')
    await user.clear(name)
    await user.type(name, 'instruct')
    expect(screen.getByTestId('strategy-duplicate-yes')).toBeDisabled()
    await user.type(name, '-2')
    await user.click(screen.getByTestId('strategy-duplicate-yes'))
    await waitFor(() => expect(search(router)).toContain('strategy=instruct-2'))
    await user.click(await find('strategy-edit'))
    const text = await find('strategy-text')
    const before = (text as HTMLTextAreaElement).value
    await user.clear(text)
    await user.click(text)
    await user.paste(before.replace('"chat"', '"chatty"'))
    await user.click(screen.getByTestId('strategy-save'))
    const error = await find('strategy-error')
    expect(error).toHaveTextContent('Not saved: line 4, field kind')
    expect((await ipc.strategySource('instruct-2')).toml).toBe(before)
    await user.clear(text)
    await user.click(text)
    await user.paste(before.replace('Instruction', 'Instruction, mine'))
    await user.click(screen.getByTestId('strategy-save'))
    await waitFor(() => expect(screen.queryByTestId('strategy-text')).toBeNull())
    expect(await find('strategy-instruct-2')).toHaveTextContent('Instruction, mine')
    await user.click(screen.getByTestId('strategy-delete'))
    await user.click(screen.getByTestId('strategy-delete-confirm-yes'))
    await waitFor(() => expect(screen.queryByTestId('strategy-instruct-2')).toBeNull())
  }, 20_000)

  test('the exact prompt is shown turn by turn, with what it stops at', async () => {
    const { user } = open('/library?tab=strategies&strategy=self-repair')
    await waitFor(() => expect(screen.getAllByTestId('preview-turn')).toHaveLength(3))
    expect(screen.getAllByTestId('preview-turn')[1]).toHaveTextContent('asked only when a check of the answer before it found something')
    const facts = screen.getByTestId('preview-facts')
    expect(facts).toHaveTextContent('smollm2')
    expect(facts).toHaveTextContent('<|im_end|>')
    expect(screen.getAllByTestId('preview-text')[0]).toHaveTextContent('running_total')
    await user.selectOptions(screen.getByTestId('preview-problem'), 'HumanEval/1')
    await waitFor(() => expect(screen.getAllByTestId('preview-text')[0]).toHaveTextContent('longest_word'))
  })

  test('what a model cannot be asked by is said, with the way out', async () => {
    open('/library?tab=strategies&strategy=fill-in-the-middle')
    expect(await find('error-notice')).toHaveTextContent(/no marks for one.*Choose 'completion'/)
  })

  test('a file that is wrong is told beside those that are right, opened as it is, and mended', async () => {
    const fake = makeFakeIpc(new URLSearchParams({ running: '0' }))
    const error = { code: 'bad-strategy', message: "odd.toml, line 3, field 'kind': it is missing", hint: null }
    const nameless = { code: 'bad-strategy', message: "My own.toml, line 1: it is empty", hint: null }
    let mended = false
    const odd = { id: 'odd', title: 'Odd', description: 'd', kind: 'chat', turns: 1, builtin: false, examples: 0, checks_answers: false }
    const listStrategies: Ipc['listStrategies'] = async () => {
      const list = await fake.listStrategies()
      return { strategies: mended ? [...list.strategies, odd] : list.strategies, wrong: [...(mended ? [] : [{ id: 'odd', error }]), { id: null, error: nameless }] }
    }
    const strategySource: Ipc['strategySource'] = async (id) => (id === 'odd' ? { id, builtin: false, toml: 'id = "odd"\ntitle = "Odd"\nkin = "chat"\n', wrong: mended ? null : error } : fake.strategySource(id))
    const saveStrategy = vi.fn<Ipc['saveStrategy']>(async () => ((mended = true), odd))
    const { user } = open('/library?tab=strategies', { ...fake, listStrategies, strategySource, saveStrategy })
    await waitFor(() => expect(screen.getAllByTestId('error-notice')).toHaveLength(2))
    expect(screen.getAllByTestId('error-notice')[0]).toHaveTextContent("odd.toml, line 3, field 'kind'")
    expect(screen.getByTestId('strategy-instruct')).toBeInTheDocument()
    // What has no id has no way into the editor.
    expect(screen.getAllByRole('link', { name: 'Open it' })).toHaveLength(1)
    await user.click(screen.getByTestId('strategy-mend-odd'))
    expect(await find('strategy-error')).toHaveTextContent('Left out: line 3, field kind')
    const text = screen.getByTestId<HTMLTextAreaElement>('strategy-text')
    await user.click(screen.getByRole('button', { name: 'Go to line 3' }))
    expect(text.value.slice(text.selectionStart, text.selectionEnd)).toBe('kin = "chat"')
    await user.clear(text)
    await user.click(text)
    await user.paste('id = "odd"\ntitle = "Odd"\nkind = "chat"\n')
    await user.click(screen.getByTestId('strategy-save'))
    expect(saveStrategy.mock.calls[0]).toEqual(['odd', 'id = "odd"\ntitle = "Odd"\nkind = "chat"\n'])
    expect(await find('strategy-odd')).toHaveTextContent('Odd')
    await waitFor(() => expect(screen.queryByTestId('strategy-broken-odd')).toBeNull())
  }, 20_000)

  test('a preview says where the model was not looked at', async () => {
    open('/library?tab=strategies&strategy=instruct', { ...makeFakeIpc(new URLSearchParams({ running: '0' })), previewPrompt: async (asked) => ({ ...(await makeFakeIpc(new URLSearchParams()).previewPrompt(asked)), assumed: 'its server was not looked at' }) })
    expect(await find('preview-assumed')).toHaveTextContent('Its server was not looked at.')
  })
})

describe('before a run', () => {
  test('every strategy can be picked, its prompt seen, and the cost known', async () => {
    const startRun = vi.fn<Ipc['startRun']>().mockResolvedValue('r2')
    const previewPrompt = vi.fn(makeFakeIpc(new URLSearchParams({ running: '0' })).previewPrompt)
    const { user } = open('/evaluate?models=openrouter:openai/gpt-oss-20b&dataset=humaneval', { startRun, previewPrompt })
    await user.click(await find('evaluate-strategy-self-repair'))
    expect(screen.getByTestId('evaluate-strategy-says')).toHaveTextContent('hidden tests are never used')
    await waitFor(() => expect(screen.getByTestId('evaluate-estimate-cost')).toHaveTextContent(/^\$0\.0013 ?– ?\$0\.0033$/))
    expect(screen.getByTestId('evaluate-cost-basis')).toHaveTextContent('prices as of')
    await user.click(screen.getByTestId('evaluate-preview'))
    const dialog = await find('evaluate-preview-dialog')
    await waitFor(() => expect(within(dialog).getAllByTestId('preview-turn')).toHaveLength(3))
    expect(previewPrompt.mock.calls[0]?.[0]).toEqual({ strategy: 'self-repair', dataset: 'humaneval', problem: 'HumanEval/0', language: 'python', languages: ['python'], model: { provider: 'openrouter', name: 'openai/gpt-oss-20b', url: null }, seed: 1 })
    await user.click(within(dialog).getByRole('button', { name: 'Close' }))
    await user.click(screen.getByTestId('evaluate-launch'))
    expect(startRun.mock.calls[0]?.[0]).toMatchObject({ strategy: 'self-repair' })
  })

  test('a price that is not known is not made up', async () => {
    open('/evaluate?models=openai:qwen2.5-coder-7b@http://127.0.0.1:8080/v1&dataset=humaneval')
    await waitFor(async () => expect(await find('evaluate-cost-basis')).toHaveTextContent('no price is known for qwen2.5-coder-7b'))
    expect(screen.getByTestId('evaluate-estimate-cost')).toHaveTextContent('not known')
  })

  test('a model of the hub is downloaded first, which can be stopped, and goes on to the run', async () => {
    const startRun = vi.fn<Ipc['startRun']>().mockResolvedValue('r2')
    const { user, router, ipc } = open('/evaluate?models=hf:org/tiny-GGUF&dataset=starter', { startRun })
    expect(await find('evaluate-downloads')).toHaveTextContent('Downloaded before the run: hf:org/tiny-GGUF.')
    await user.click(screen.getByTestId('evaluate-launch'))
    expect(await screen.findByRole('progressbar', { name: 'Downloading models before the run' })).toBeInTheDocument()
    await user.click(screen.getByRole('button', { name: 'Cancel' }))
    await waitFor(() => expect(screen.queryByRole('progressbar', { name: 'Downloading models before the run' })).toBeNull())
    // What was stopped is no error, and nothing was started.
    expect(screen.queryByTestId('error-notice')).toBeNull()
    expect(startRun).not.toHaveBeenCalled()

    const gated = new IpcError({ code: 'hub-gated', message: 'org/tiny-GGUF is gated', hint: 'accept its terms' })
    const ensure = vi.spyOn(ipc, 'ensureModels').mockRejectedValueOnce(gated)
    await user.click(screen.getByTestId('evaluate-launch'))
    expect(await find('error-notice')).toHaveTextContent('Accept its terms.')
    expect(startRun).not.toHaveBeenCalled()
    ensure.mockRestore()

    await user.click(screen.getByTestId('evaluate-launch'))
    await waitFor(() => expect(router.state.location.pathname).toBe('/runs/r2'), { timeout: 5000 })
    expect(startRun).toHaveBeenCalledOnce()
  }, 20_000)

  test('a run that is resumed has its models downloaded first', async () => {
    const order: string[] = []
    const ensureModelsOfRun: Ipc['ensureModelsOfRun'] = async (run, _task, on) => {
      order.push(`models of ${run}`)
      on({ message: 'hf:org/m: downloading', fraction: 0.5 })
      return []
    }
    const resumeRun: Ipc['resumeRun'] = async (run) => void order.push(`resume ${run}`)
    const { user } = open('/runs/r5', { ensureModelsOfRun, resumeRun })
    await user.click(await find('run-resume'))
    await waitFor(() => expect(order).toEqual(['models of r5', 'resume r5']))
  })

  test('the variable of a server’s key is what the engine says', async () => {
    const keyVariable = vi.fn<Ipc['keyVariable']>().mockImplementation(async (url) => (url.includes('example') ? 'ASSAY_KEY_OF_THE_ENGINE' : null))
    const { user } = open('/evaluate?dataset=starter', { keyVariable })
    await user.click(await find('evaluate-add-model'))
    await user.clear(screen.getByTestId('add-model-url'))
    expect(screen.queryByText(/Needs a key/)).toBeNull()
    await user.type(screen.getByTestId('add-model-url'), 'https://lab.example/v1')
    expect(await screen.findByText('ASSAY_KEY_OF_THE_ENGINE')).toBeInTheDocument()
  })
})
