// From launch to report, by clicking, in the real window with the real model, engine and data set.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { byId, exampleRuns, go, open, press, screenshot, setTheme, textOf } from '../support/application.js'

describe('first light', () => {
  let app
  let browser

  before(async () => {
    app = await open()
    browser = app.browser
  })

  after(async () => {
    await app?.close()
  })

  async function evaluate(strategy) {
    await go(browser, 'evaluate')
    const model = await byId(browser, 'evaluate-model-smollm2-135m')
    if (!(await model.isSelected())) await press(browser, 'evaluate-model-smollm2-135m')
    await choose(await byId(browser, 'evaluate-dataset'), 'humaneval')
    await press(browser, 'evaluate-problems-first')
    await fill(await byId(browser, 'evaluate-problems-count'), '5')
    await press(browser, `evaluate-strategy-${strategy}`)
    const advanced = await browser.$('[data-testid="evaluate-max-tokens"]')
    if (!(await advanced.isDisplayed().catch(() => false))) {
      await press(browser, 'evaluate-advanced')
    }
    await fill(await byId(browser, 'evaluate-max-tokens'), '96')
    const samples = await byId(browser, 'evaluate-estimate-samples')
    await browser.waitUntil(async () => (await samples.getText()).includes('5'), {
      timeoutMsg: 'the estimate does not say 5 samples',
    })
    await screenshot(browser, `evaluate-${strategy}`)
    const launch = await byId(browser, 'evaluate-launch')
    await launch.waitForEnabled({ timeout: 20_000 })
    await launch.click()
    const status = await byId(browser, 'run-status')
    const executor = await byId(browser, 'run-executor')
    assert.match(await executor.getText(), /at once/)
    await screenshot(browser, `run-on-${strategy}`)
    await browser.waitUntil(async () => (await status.getAttribute('data-status')) !== 'running', {
      timeout: 240_000,
      interval: 500,
      timeoutMsg: 'the run does not end',
    })
    assert.equal(await (await byId(browser, 'run-status')).getAttribute('data-status'), 'completed')
  }

  it('opens with the examples, named as such', async () => {
    await byId(browser, 'page-overview')
    const notice = await byId(browser, 'sample-workspace')
    assert.match(await notice.getText(), /example|sample/i)
    const board = await byId(browser, 'leaderboard')
    await browser.waitUntil(async () => /smollm2/i.test(await board.getText()), {
      timeout: 20_000,
      timeoutMsg: 'the leaderboard does not show the examples',
    })
    assert.match(await board.getText(), /gemma3/i)
    const health = await byId(browser, 'sandbox-health')
    await browser.waitUntil(async () => (await health.getAttribute('data-ok')) === 'true', {
      timeout: 20_000,
      timeoutMsg: 'the sandbox is not well',
    })
    await screenshot(browser, 'overview-light')
    await setTheme(browser, 'dark')
    await screenshot(browser, 'overview-dark')
    await setTheme(browser, 'light')
  })

  it('launches an evaluation and shows its progress to the end', async () => {
    await evaluate('instruct')
    const progress = await byId(browser, 'run-progress')
    assert.match(await progress.getAttribute('aria-valuetext'), /5/)
    const score = await byId(browser, 'run-score')
    assert.match(await score.getText(), /%/)
    await screenshot(browser, 'run-done')
    await evaluate('completion')
  })

  it('compares the two runs, with intervals and a paired test', async () => {
    await go(browser, 'runs')
    const rows = await browser.$$('[data-testid="runs-row"]')
    const mine = []
    for (const row of rows) {
      if (/HumanEval/i.test(await row.getText())) mine.push(row)
    }
    assert.equal(mine.length, 2, 'two runs on HumanEval are listed')
    for (const row of mine) await (await row.$('input[type="checkbox"]')).click()
    await press(browser, 'runs-compare')
    await byId(browser, 'compare-figure')
    // A figure is drawn once its width is known.
    await byId(browser, 'figure-mark')
    const marks = await browser.$$('[data-testid="figure-mark"]')
    assert.equal(marks.length, 2, 'a dot for each run')
    for (const mark of marks) {
      assert.match(await mark.getAttribute('aria-label'), /%/)
      const value = Number(await mark.getAttribute('data-value'))
      assert.ok(value >= 0 && value <= 1, `pass@1 of ${value}`)
    }
    const pairs = await browser.$$('[data-testid="compare-pair"]')
    assert.equal(pairs.length, 1)
    assert.match(await (await byId(browser, 'page-compare')).getText(), /McNemar/)
    assert.equal(await pairs[0].getAttribute('data-significant'), 'false')
    await screenshot(browser, 'compare-light')
    await setTheme(browser, 'dark')
    await screenshot(browser, 'compare-dark')
    await setTheme(browser, 'light')
    await press(browser, 'compare-view-table')
    await screenshot(browser, 'compare-table')
  })

  it('exports the figure and the report with one click each', async () => {
    await go(browser, 'compare')
    await press(browser, 'compare-export-svg')
    await byId(browser, 'toast-ok')
    const reports = path.join(app.data, 'reports')
    await browser.waitUntil(() => files(reports, '.svg').length === 1, { timeout: 20_000 })
    assert.match(readFileSync(files(reports, '.svg')[0], 'utf8'), /<svg[\s>]/)
    await press(browser, 'compare-report')
    await byId(browser, 'page-reports')
    await byId(browser, 'report-preview')
    await screenshot(browser, 'reports')
    for (const [format, extension, begins] of [
      ['html', '.html', '<!doctype html>'],
      ['pdf', '.pdf', '%PDF-'],
    ]) {
      await press(browser, `report-export-${format}`)
      await browser.waitUntil(() => files(reports, extension).length === 1, {
        timeout: 30_000,
        timeoutMsg: `no ${extension} file in the folder of reports`,
      })
      const head = readFileSync(files(reports, extension)[0], 'latin1').slice(0, 40).toLowerCase()
      assert.ok(head.startsWith(begins.toLowerCase()), head)
    }
    const html = readFileSync(files(reports, '.html')[0], 'utf8')
    assert.match(html, /smollm2/i)
    assert.match(html, /McNemar/)
    assert.doesNotMatch(html, /<(script|link|img)[^>]+(src|href)="https?:/, 'it reaches outside')
  })

  it('opens a sample with prompt, answer, program and verdict', async () => {
    await go(browser, 'samples')
    const search = await byId(browser, 'samples-search')
    await fill(search, 'HumanEval/0')
    await browser.keys(['Enter'])
    await browser.waitUntil(
      async () => /HumanEval\/0/.test(await textOf(browser, await byId(browser, 'samples-row'))),
      { timeout: 20_000, timeoutMsg: 'the search does not find HumanEval/0' },
    )
    await (await byId(browser, 'samples-row')).click()
    const problem = await byId(browser, 'sample-problem')
    assert.match(await problem.getText(), /HumanEval\/0/)
    assert.ok((await (await byId(browser, 'sample-verdict')).getText()).length > 0)
    for (const [tab, content, expected] of [
      ['prompt', 'sample-prompt', /has_close_elements/],
      ['raw', 'sample-raw', /\S/],
      ['program', 'sample-cleaned', /has_close_elements/],
      ['diff', 'sample-diff', /\S/],
      ['tests', 'sample-tests', /candidate/],
    ]) {
      await press(browser, `sample-tab-${tab}`)
      assert.match(await (await byId(browser, content)).getText(), expected, tab)
    }
    await press(browser, 'sample-tab-output')
    const execution = await (await byId(browser, 'sample-execution')).getText()
    assert.match(execution, /Toolchain\s*Python 3/)
    assert.match(execution, /Image\s*[0-9a-f]{8}/)
    await screenshot(browser, 'sample-light')
    await setTheme(browser, 'dark')
    await screenshot(browser, 'sample-dark')
    await setTheme(browser, 'light')
  })

  it('reaches every page, by mouse and by command palette', async () => {
    for (const page of ['overview', 'evaluate', 'runs', 'compare', 'samples', 'reports', 'library', 'health', 'settings']) {
      await go(browser, page)
      await byId(browser, `page-${page}`)
      for (const theme of ['dark', 'light']) {
        await setTheme(browser, theme)
        await screenshot(browser, `page-${page}-${theme}`)
      }
    }
    await browser.keys(['Control', 'k'])
    const input = await byId(browser, 'palette-input')
    await input.setValue('library')
    await screenshot(browser, 'palette')
    await browser.keys(['Enter'])
    await byId(browser, 'page-library')
  })

  it('removes the examples and brings them back', async () => {
    await go(browser, 'settings')
    await press(browser, 'settings-remove-examples')
    const yes = await browser.$('[data-testid="confirm-yes"]')
    if (await yes.isExisting()) await yes.click()
    await byId(browser, 'settings-restore-examples')
    await go(browser, 'runs')
    await byId(browser, 'runs-table')
    await browser.waitUntil(
      async () => (await browser.$$('[data-testid="runs-row"]')).length === 2,
      { timeoutMsg: 'the runs of one’s own stay, the examples go' },
    )
    await go(browser, 'settings')
    await press(browser, 'settings-restore-examples')
    await byId(browser, 'settings-remove-examples')
    await go(browser, 'runs')
    await browser.waitUntil(
      async () => (await browser.$$('[data-testid="runs-row"]')).length === 2 + exampleRuns(),
      { timeoutMsg: 'the examples come back' },
    )
  })

  it('lets nothing in or out that it should not', async () => {
    const escaped = await browser.executeAsync((done) => {
      fetch('http://127.0.0.1:9/').then(
        () => done('fetched'),
        (error) => done(String(error)),
      )
    })
    assert.notEqual(escaped, 'fetched')
    const denied = await browser.executeAsync((done) => {
      window.__TAURI_INTERNALS__.invoke('plugin:fs|read_text_file', { path: '/etc/passwd' }).then(
        () => done('read'),
        (error) => done(String(error)),
      )
    })
    assert.match(denied, /not allowed|not found/i)
  })
})

function files(folder, extension) {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(extension))
      .map((name) => path.join(folder, name))
  } catch {
    return []
  }
}

async function fill(input, text) {
  await input.click()
  await input.clearValue()
  await input.setValue(text)
}

async function choose(select, value) {
  if ((await select.getTagName()) === 'select') await select.selectByAttribute('value', value)
  else await select.click()
}
