import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import { IpcError } from '../ipc/error'
import type { FigureSource, GridQuery, PolicySetup, RunSpec, WhatIfQuery } from '../ipc/types'
import { find, layOut, open, search } from './open'

const GRID = 'g1,g2,g3,g4,g5,g6,g7,g8,g9,g10'

describe('policies', () => {
  test('an empty page says what will stand there, and leads to an adaptive evaluation', async () => {
    const { user, router } = open('/adaptive', { state: 'empty' })
    expect(await find('adaptive-empty')).toHaveTextContent('the reward each brought with its interval')
    await user.click(screen.getByTestId('adaptive-evaluate'))
    await waitFor(() => expect(router.state.location.pathname).toBe('/evaluate'))
    expect(await find('evaluate-strategy-adaptive')).toBeChecked()
  })

  test('shows set-up, counts and each strategy with its intervals', async () => {
    open('/adaptive', { state: 'adaptive' })
    const facts = await find('policy-facts')
    await waitFor(() => expect(facts).toHaveTextContent('LinUCB, alpha 0.5'))
    await waitFor(() => expect(facts).toHaveTextContent('pass 90'))
    expect(facts).toHaveTextContent('612')
    const rows = await screen.findAllByTestId('policy-arm')
    expect(rows).toHaveLength(10)
    expect(rows[0]).toHaveTextContent(/Few-shot completion.*214.*41\.1.*34\.7.*47\.8.*0\.41/)
    expect(await find('rewards-figure')).toHaveTextContent('no fair comparison')
    expect(await find('progress-figure')).toHaveTextContent('no proof of learning')
  })

  test('which one is shown is in the address; a row opens what was learned of it, signs in the text', async () => {
    const { user, router } = open('/adaptive', { state: 'adaptive' })
    const row = (await screen.findAllByTestId('policy-arm')).find((r) => r.dataset.key === 'self-repair') as HTMLElement
    row.focus()
    await user.keyboard('{Enter}')
    await waitFor(() => expect(search(router)).toContain('arm=self-repair'))
    expect(screen.getByTestId('policy-choose-arm')).toHaveValue('self-repair')
    const weights = screen.getAllByTestId('policy-weight')
    expect(weights.some((w) => /\+0\.\d{3}, more than the others/.test(w.textContent))).toBe(true)
    expect(weights.some((w) => /−0\.\d{3}, less than the others/.test(w.textContent))).toBe(true)
    await user.selectOptions(screen.getByTestId('policy-choose'), 'paper')
    await waitFor(() => expect(search(router)).toBe('?policy=paper'))
    expect(await find('policy-state')).toHaveTextContent('Frozen')
  })

  test('a policy that is gone says so', async () => {
    const { user, router } = open('/adaptive?policy=lost', { state: 'adaptive' })
    const gone = await find('adaptive-gone')
    expect(gone).toHaveTextContent('lost')
    await user.click(within(gone).getByRole('button'))
    await waitFor(() => expect(search(router)).toBe(''))
  })

  test('is frozen and goes on learning', async () => {
    const { user } = open('/adaptive', { state: 'adaptive' })
    await user.click(await find('policy-freeze'))
    await waitFor(() => expect(screen.getByTestId('policy-state')).toHaveTextContent('Frozen'))
    expect(screen.getByTestId('policy-freeze')).toHaveTextContent('Go on learning')
    await user.click(screen.getByTestId('policy-freeze'))
    await waitFor(() => expect(screen.getByTestId('policy-state')).toHaveTextContent('Learning'))
  })

  test('is begun anew only after saying what stays, as it was set up or otherwise', async () => {
    const asked: (PolicySetup | null)[] = []
    const { user, ipc } = open('/adaptive', { state: 'adaptive' })
    const reset = ipc.resetPolicy
    ipc.resetPolicy = (name, setup) => (asked.push(setup), reset(name, setup))
    await screen.findAllByTestId('policy-arm')
    await user.click(screen.getByTestId('policy-reset'))
    const dialog = await find('policy-reset-dialog')
    expect(dialog).toHaveTextContent('What stays: the samples, their results, and 612 decisions')
    expect(asked).toHaveLength(0)
    await user.click(screen.getByTestId('policy-reset-change'))
    fireEvent.change(screen.getByTestId('setup-alpha'), { target: { value: '-1' } })
    expect(screen.getByTestId('policy-reset-yes')).toBeDisabled()
    fireEvent.change(screen.getByTestId('setup-alpha'), { target: { value: '1.5' } })
    await user.click(screen.getByTestId('policy-reset-yes'))
    await waitFor(() => expect(asked).toHaveLength(1))
    expect(asked[0]?.algorithm).toEqual({ kind: 'lin_ucb', alpha: 1.5 })
    expect(await find('policy-nothing')).toHaveTextContent('taught from runs')
  })

  test('a new one, one from a file, and one less', async () => {
    const { user, router } = open('/adaptive', { state: 'adaptive' })
    await user.click(await find('policy-menu'))
    await user.click(screen.getByTestId('policy-new'))
    await user.type(await find('policy-name'), 'paper')
    expect(screen.getByTestId('policy-new-yes')).toBeDisabled()
    await user.type(screen.getByTestId('policy-name'), ' 2')
    await user.selectOptions(screen.getByTestId('setup-algorithm'), 'thompson')
    await user.click(screen.getByTestId('policy-new-yes'))
    await waitFor(() => expect(search(router)).toContain('policy=paper'))
    await waitFor(() => expect(screen.getByTestId('policy-facts')).toHaveTextContent('Thompson sampling, scale 0.3'))
    await user.click(screen.getByTestId('policy-menu'))
    await user.click(screen.getByTestId('policy-import'))
    await waitFor(() => expect(search(router)).toBe('?policy=brought'))
    await user.click(await find('policy-menu'))
    await user.click(screen.getByTestId('policy-delete'))
    await user.click(await find('policy-delete-confirm-yes'))
    await waitFor(() => expect(search(router)).toBe(''))
    await waitFor(() => expect(within(screen.getByTestId('policy-choose')).getAllByRole('option')).toHaveLength(3))
  })

  test('a file whose name is taken is brought under another one', async () => {
    const { user, router, ipc } = open('/adaptive', { state: 'adaptive' })
    const bring = ipc.importPolicy
    ipc.importPolicy = (path, name) => (name === null ? Promise.reject(new IpcError({ code: 'policy-exists', message: 'taken', hint: null })) : bring(path, name))
    await user.click(await find('policy-menu'))
    await user.click(screen.getByTestId('policy-import'))
    await user.type(await find('policy-name'), 'theirs')
    await user.click(screen.getByTestId('policy-bring-yes'))
    await waitFor(() => expect(search(router)).toBe('?policy=theirs'))
  })

  test('learns from chosen runs by fixed strategies, and makes its decisions again', async () => {
    const { user, ipc } = open('/adaptive', { state: 'adaptive' })
    await user.click(await find('policy-menu'))
    await user.click(screen.getByTestId('policy-teach'))
    await user.click(await find('teach-run-g1'))
    expect(screen.queryByTestId('teach-run-g11')).not.toBeInTheDocument()
    await user.click(screen.getByTestId('policy-teach-yes'))
    expect(await screen.findByText(/default learned 328 outcomes/)).toBeInTheDocument()
    // One that is frozen meanwhile says that it has learned nothing, and why.
    await user.click(screen.getByTestId('policy-menu'))
    await user.click(screen.getByTestId('policy-teach'))
    await user.click(await find('teach-run-g1'))
    await ipc.freezePolicy('default', true)
    await user.click(screen.getByTestId('policy-teach-yes'))
    expect(await screen.findByText('Nothing was learned')).toBeInTheDocument()
    expect(screen.getByTestId('policy-teach-dialog')).toHaveTextContent('is frozen')
    await user.click(within(screen.getByTestId('policy-teach-dialog')).getByRole('button', { name: 'Cancel' }))
    await user.click(screen.getByTestId('policy-menu'))
    await user.click(screen.getByTestId('policy-replay'))
    await user.click(await find('policy-replay-yes'))
    await waitFor(() => expect(screen.getByTestId('policy-replay-result')).toHaveTextContent('All 612 come out the same'))
    const estimates = screen.getAllByTestId('replay-estimate')
    expect(estimates.length).toBeGreaterThan(2)
    expect(estimates[0]).toHaveTextContent(/0\.\d\d.*612 worth \d+/)
  })

  test('its figures are exported by what they show, and seen as tables by the address', async () => {
    const asked: FigureSource[] = []
    const { user, router } = open('/adaptive', { state: 'adaptive', exportFigure: async (source) => (asked.push(source), { path: '/tmp/x.svg', bytes: 1, figures: 1 }) })
    await user.click(await find('rewards-view-table'))
    await waitFor(() => expect(search(router)).toContain('tables=rewards'))
    expect(within(screen.getByTestId('rewards-figure')).getAllByRole('row')).toHaveLength(11)
    await user.click(screen.getByTestId('rewards-export-svg'))
    await waitFor(() => expect(asked).toEqual([{ kind: 'policy', policy: 'default', figure: 'rewards' }]))
  })

  test('is reached by its key, and found as it was left', async () => {
    layOut()
    const { user, router } = open('/', { state: 'adaptive' })
    await find('page-overview')
    await user.keyboard('ga')
    await find('page-adaptive')
    await user.click(screen.getByTestId('adaptive-tab-auto'))
    await waitFor(() => expect(search(router)).toBe('?tab=auto'))
    await user.click(screen.getByTestId('nav-overview'))
    await find('page-overview')
    await user.click(screen.getByTestId('nav-adaptive'))
    await waitFor(() => expect(search(router)).toBe('?tab=auto'))
  })
})

describe('what if', () => {
  test('a feature that is turned changes the choice, in the address, until it is reset', async () => {
    const asked: WhatIfQuery[] = []
    const { user, router, ipc } = open('/adaptive?tab=what-if', { state: 'adaptive' })
    const whatIf = ipc.whatIf
    ipc.whatIf = (query) => (asked.push(query), whatIf(query))
    const arm = await find('what-if-arm')
    const before = arm.dataset.arm
    expect(screen.getAllByTestId('arm-chance')).toHaveLength(10)
    expect(screen.getByTestId('what-if-reset')).toBeDisabled()
    fireEvent.change(await find('feature-takes_list'), { target: { value: '0' } })
    await waitFor(() => expect(decodeURIComponent(search(router))).toContain('instead=takes_list:0'))
    await user.click(screen.getByTestId('what-if-all'))
    fireEvent.change(screen.getByTestId('feature-examples'), { target: { value: '1' } })
    await waitFor(() => expect(screen.getByTestId('what-if-arm').dataset.arm).not.toBe(before))
    expect(await find('what-if-changed')).toHaveTextContent('instead of')
    expect(asked[asked.length - 1]?.instead).toEqual([{ feature: 'takes_list', value: 0 }, { feature: 'examples', value: 1 }])
    await user.click(screen.getByTestId('what-if-reset'))
    await waitFor(() => expect(search(router)).not.toContain('instead'))
    await waitFor(() => expect(screen.getByTestId('what-if-arm').dataset.arm).toBe(before))
  })

  test('says which policy, model and problem, by the address', async () => {
    const { user, router } = open('/adaptive?tab=what-if&problem=HumanEval/7&policy=paper', { state: 'adaptive' })
    await find('what-if-arm')
    expect(screen.getByTestId('what-if-problem')).toHaveValue('HumanEval/7')
    expect(screen.getByTestId('what-if-policy')).toHaveValue('paper')
    await user.selectOptions(screen.getByTestId('what-if-model'), 'local:gemma3-270m')
    await waitFor(() => expect(search(router)).toContain('model=local:gemma3-270m'))
  })
})

describe('a full grid', () => {
  test('proposes runs that belong together, and evaluates them when it is asked', async () => {
    const asked: GridQuery[] = []
    const { user, router, ipc } = open('/adaptive?tab=grid', { state: 'adaptive' })
    const evaluate = ipc.evaluateGrid
    ipc.evaluateGrid = (query, task, on) => (asked.push(query), evaluate(query, task, on))
    await user.click(await find('grid-propose'))
    await find('grid-ready')
    expect(asked).toHaveLength(0)
    await user.click(screen.getByTestId('grid-evaluate'))
    await waitFor(() => expect(search(router)).toContain('done=1'))
    await waitFor(() => expect(screen.getAllByTestId('grid-model')).toHaveLength(2))
    expect(asked[0]).toMatchObject({ policy: null, baseline: null, folds: 10, seed: 0, own_choices: false })
    expect(asked[0]?.runs).toHaveLength(10)
  })

  test('has adaptive beside each choice; what is not significant is grey and says what would be shown', async () => {
    open(`/adaptive?tab=grid&runs=${GRID}&done=1`, { state: 'adaptive' })
    await waitFor(() => expect(screen.getAllByTestId('grid-model')).toHaveLength(2))
    const choices = within(screen.getAllByTestId('grid-choices')[0] as HTMLElement).getAllByTestId('grid-choice')
    expect(choices.map((c) => c.dataset.key)).toEqual(expect.arrayContaining(['adaptive', 'oracle', 'best-fixed', 'random', 'instruct']))
    for (const c of choices.filter((x) => x.dataset.significant === 'false' && x.dataset.key !== 'adaptive')) {
      expect(c).toHaveClass('row-muted')
      expect(c).toHaveTextContent(/no difference shown|nobody can know|same chance/)
    }
    for (const model of screen.getAllByTestId('grid-model')) {
      const gain = within(model).getByTestId('grid-gain')
      const shown = gain.dataset.significant === 'true'
      expect(gain.classList.contains('not-shown')).toBe(!shown)
      expect(within(model).queryAllByTestId('grid-detectable')).toHaveLength(shown ? 0 : 1)
      for (const said of within(model).queryAllByTestId('grid-detectable')) expect(said).toHaveTextContent('after correction')
      const estimators = within(model).getAllByTestId('grid-estimator')
      expect(estimators.some((e) => e.dataset.covers === 'false')).toBe(true)
      // A reward is no rate.
      for (const e of estimators) expect(e).toHaveTextContent(/[01]\.\d{3}−?[01]\.\d{3} – [01]\.\d{3}[01]\.\d{3}/)
    }
  })

  test('can be cancelled, and says so', async () => {
    const stop: ((error: unknown) => void)[] = []
    const { user } = open(`/adaptive?tab=grid&runs=${GRID}&done=1`, {
      state: 'adaptive',
      evaluateGrid: (_query, _task, on) => new Promise((_, reject) => (on({ message: 'choosing, fold by fold', fraction: 0.4 }), stop.push(reject))),
      cancelTask: async (task) => (task.startsWith('grid') && stop[0]?.(new IpcError({ code: 'cancelled', message: 'it was cancelled', hint: null })), true),
    })
    expect(await screen.findByText('choosing, fold by fold')).toBeInTheDocument()
    await user.click(screen.getByRole('button', { name: 'Cancel' }))
    expect(await find('grid-cancelled')).toHaveTextContent('evaluate again')
  })
})

describe('what Automatic stands for', () => {
  test('says why for each kind of model, with the evidence', async () => {
    open('/adaptive?tab=auto', { state: 'adaptive' })
    const rules = await screen.findAllByTestId('rule')
    expect(rules).toHaveLength(3)
    expect(rules[0]).toHaveTextContent('by the evidence')
    expect(rules[1]).toHaveTextContent('the plain way')
    const evidence = within(rules[0] as HTMLElement).getAllByTestId('rule-evidence')
    for (const row of evidence.filter((e) => e.dataset.significant === 'false')) expect(row).toHaveTextContent(/no difference shown|the plain way/)
  })

  test('is chosen otherwise, at once, and by the evidence again', async () => {
    const { user } = open('/adaptive?tab=auto', { state: 'adaptive' })
    const select = await find('rule-choose-smollm2')
    await waitFor(() => expect(select).toBeEnabled())
    await user.selectOptions(select, 'self-repair')
    expect(await screen.findByText(/SmolLM2: Automatic now stands for Self-repair/)).toBeInTheDocument()
    await waitFor(() => expect(screen.getAllByTestId('rule')[2]).toHaveTextContent('your choice'))
    await user.selectOptions(screen.getByTestId('rule-choose-smollm2'), '')
    await waitFor(() => expect(screen.getAllByTestId('rule')[2]).toHaveTextContent('by the evidence'))
  })

  test('an empty page says what will stand there', async () => {
    open('/adaptive?tab=auto', { state: 'empty' })
    expect(await find('rules-empty')).toHaveTextContent('until another one was shown to solve more')
  })
})

describe('an adaptive evaluation', () => {
  test('asks which policy, and whether it learns', async () => {
    const specs: RunSpec[] = []
    const { user, ipc } = open('/evaluate?models=local:smollm2-135m&dataset=humaneval', { state: 'adaptive' })
    const start = ipc.startRun
    ipc.startRun = (spec, on) => (specs.push(spec), start(spec, on))
    await user.click(await find('evaluate-strategy-adaptive'))
    expect(screen.queryByTestId('evaluate-preview')).not.toBeInTheDocument()
    await screen.findByRole('option', { name: /default \(learning, 607 outcomes\)/ })
    await user.click(screen.getByTestId('evaluate-learn'))
    await waitFor(() => expect(screen.getByTestId('evaluate-launch')).toBeEnabled())
    await user.click(screen.getByTestId('evaluate-launch'))
    await waitFor(() => expect(specs).toHaveLength(1))
    expect(specs[0]).toMatchObject({ strategy: 'adaptive', adaptive: { policy: 'default', learn: false } })
  })

  test('offers a policy of the usual settings where there is none, and no learning to a frozen one', async () => {
    const { user } = open('/evaluate?strategy=adaptive&dataset=humaneval', { state: 'adaptive' })
    await user.selectOptions(await find('evaluate-policy'), await screen.findByRole('option', { name: /paper \(frozen/ }))
    expect(screen.getByTestId('evaluate-learn')).toBeDisabled()
  })

  test('the library leads to the page', async () => {
    const { user, router } = open('/library?tab=strategies&strategy=adaptive', { state: 'adaptive' })
    await user.click(await find('strategy-to-adaptive'))
    await waitFor(() => expect(router.state.location.pathname).toBe('/adaptive'))
  })
})

describe('a sample', () => {
  test('says by which strategy it was asked, and why', async () => {
    layOut()
    const { user } = open('/samples?runs=g11', { state: 'adaptive' })
    await user.click((await screen.findAllByTestId('samples-row'))[1] as HTMLElement)
    await waitFor(() => expect(screen.getByTestId('sample-asked-by')).toHaveTextContent(/^Asked by .+, chosen by policy$/))
    expect(await find('sample-choice-words')).toHaveTextContent(/expected reward|Tried at random/)
    const choice = screen.getByTestId('sample-choice')
    const arms = within(choice).getAllByTestId('arm-chance')
    expect(arms).toHaveLength(10)
    expect(arms.filter((a) => a.getAttribute('aria-current') === 'true')).toHaveLength(1)
    expect(within(choice).getAllByTestId('sample-choice-feature').length).toBeGreaterThan(2)
    expect(within(choice).getByTestId('sample-choice-reward')).toHaveTextContent(/Reward 0\.\d\d/)
  })

  test('that was copied from an adaptive run says so, and not that a policy chose for it here', async () => {
    layOut()
    const { user, ipc } = open('/samples?runs=g11', { state: 'adaptive' })
    ipc.getDecision = async () => null
    await user.click((await screen.findAllByTestId('samples-row'))[1] as HTMLElement)
    await waitFor(() => expect(screen.getByTestId('sample-asked-by')).toHaveTextContent(/^Asked by .+, as a policy chose in the run it was copied from$/))
    await waitFor(() => expect(screen.getByTestId('sample-choice')).toHaveTextContent('the reasons are stored with the original alone'))
  })

  test('of a fixed strategy has no such thing', async () => {
    layOut()
    const { user } = open('/samples?runs=g1', { state: 'adaptive' })
    await user.click((await screen.findAllByTestId('samples-row'))[1] as HTMLElement)
    await find('sample-verdict')
    expect(screen.queryByTestId('sample-choice')).not.toBeInTheDocument()
    expect(screen.queryByTestId('sample-asked-by')).not.toBeInTheDocument()
  })
})
