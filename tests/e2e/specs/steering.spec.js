// A run that is slow enough to be steered, by clicking in the real window: it is paused, looked at from the page of
// health, continued to its end, and done again from what is known; then this machine is measured.
import assert from 'node:assert/strict'
import { chmodSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { byId, dataFolder, go, open, press, screenshot, setTheme, textOf } from '../support/application.js'

// Takes a second for every answer, and is wrong.
const PROGRAM = `#!/usr/bin/env python3
import json, sys, time
for line in sys.stdin:
    asked = json.loads(line)
    if "prompt" not in asked:
        continue
    time.sleep(1)
    print(json.dumps({"id": asked["id"], "text": "def nothing():\\n    return None\\n", "finish": "stop"}), flush=True)
`

const PROBLEMS = 20

describe('a run that is steered, health and benchmarks', () => {
  let app
  let browser

  before(async () => {
    const data = dataFolder()
    const program = path.join(data, 'slow.py')
    writeFileSync(program, PROGRAM)
    chmodSync(program, 0o755)
    writeFileSync(path.join(data, 'providers.toml'), `[program.slow]\ncommand = ["python3", "${program}"]\n`)
    app = await open(data)
    browser = app.browser
  })

  after(async () => {
    await app?.close()
  })

  /** Waits for an element of that id to say it, and answers what it says. */
  async function says(id, pattern, timeout = 30_000) {
    let said = ''
    await browser.waitUntil(
      async () => {
        const element = await browser.$(`[data-testid="${id}"]`)
        said = (await element.isExisting()) ? await textOf(browser, element) : ''
        return pattern.test(said)
      },
      { timeout, timeoutMsg: `${id} does not say ${pattern}` },
    )
    return said
  }

  async function pictures(name) {
    await screenshot(browser, `${name}-light`)
    await setTheme(browser, 'dark')
    await screenshot(browser, `${name}-dark`)
    await setTheme(browser, 'light')
  }

  async function evaluate() {
    await browser.execute(() => {
      window.location.hash = '#/evaluate?models=program:slow&dataset=starter'
    })
    // What the page begins with has come: nothing is set back after the choice.
    await says('evaluate-estimate-samples', /^\d+$/)
    await press(browser, 'evaluate-problems-all')
    await says('evaluate-estimate-samples', new RegExp(`^${PROBLEMS}$`))
    const launch = await byId(browser, 'evaluate-launch')
    await launch.waitForEnabled({ timeout: 20_000 })
    await launch.click()
    await byId(browser, 'run-status')
  }

  /** How many samples are in a stage. */
  async function inStage(stage) {
    return await browser.execute((key) => parseInt(document.querySelector(`[data-stage="${key}"] .num`)?.textContent ?? '', 10), stage)
  }

  it('pauses: what is under way is finished, and nothing is begun', async () => {
    await evaluate()
    await press(browser, 'run-pause')
    await says('run-status', /^Paused$/)
    await browser.waitUntil(async () => (await inStage('asking')) === 0 && (await inStage('executing')) === 0, { timeout: 60_000, timeoutMsg: 'what was under way does not end' })
    const done = await inStage('done')
    const outstanding = await inStage('outstanding')
    assert.ok(outstanding > 0, 'the run was over before it could be paused')
    assert.equal(done + outstanding + (await inStage('waiting')), PROBLEMS)
    await browser.pause(3_000)
    assert.equal(await inStage('done'), done, 'a paused run goes on')
    assert.match(await says('run-left', /./), /paused/)
    await pictures('run-paused')
  })

  it('is seen from the page of health, with engine and caches', async () => {
    await go(browser, 'health')
    await says('health-runs', /Paused/)
    assert.match(await says('health-engine', /Running/), /Python/)
    await says('health-language-python', /MB|GB|built/)
    await says('cache-answers', /Answers/)
    await says('cache-executions', /Executions/)
    await says('health-memory', /Available.*B/)
    await says('health-store', /Free on disk.*B/)
    await says('health-metrics', /ASSAY_METRICS/)
    await pictures('health')
    await (await (await byId(browser, 'health-runs')).$('a')).click()
    await byId(browser, 'page-run')
  })

  it('continues to its end, and names its failures', async () => {
    await (await byId(browser, 'run-priority')).selectByAttribute('value', 'high')
    await press(browser, 'run-pause')
    await says('run-status', /^Running$/)
    await browser.waitUntil(async () => (await (await byId(browser, 'run-status')).getAttribute('data-status')) === 'completed', {
      timeout: 240_000,
      interval: 500,
      timeoutMsg: 'the continued run does not end',
    })
    assert.equal(await says('run-done', /\d/), String(PROBLEMS))
    await says('run-failures', new RegExp(`${PROBLEMS} samples`))
    await pictures('run-steered')
    await press(browser, 'run-failure-example')
    await byId(browser, 'sample-detail')
    await browser.keys(['Escape'])
  })

  it('is done again from what is known', async () => {
    await evaluate()
    await browser.waitUntil(async () => (await (await byId(browser, 'run-status')).getAttribute('data-status')) === 'completed', {
      timeout: 120_000,
      interval: 500,
      timeoutMsg: 'the run of known answers does not end',
    })
    await says('page-run', new RegExp(`taken: ${PROBLEMS} answers`))
    await press(browser, 'run-failure-example')
    await says('sample-answer-known', /known/)
    await screenshot(browser, 'sample-known')
    await browser.keys(['Escape'])
  })

  it('this machine is measured, and that is kept', async () => {
    await go(browser, 'library')
    await press(browser, 'library-benchmarks')
    await byId(browser, 'bench-empty')
    await press(browser, 'bench-start')
    await says('bench-result', /What it came to/, 240_000)
    assert.match(await says('bench-speedup', /./), /^\d+(\.\d)?×/)
    await says('bench-same', /Same verdicts/)
    await says('bench-history', /1 measurement/)
    assert.equal((await browser.$$('[data-testid="bench-row"]')).length, 1)
    await pictures('benchmarks')
  })
})
