// A run that is cut off by a kill is found again, marked as interrupted, and can be resumed by clicking.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { byId, dataFolder, go, open, press, screenshot } from '../support/application.js'

describe('an interrupted run', () => {
  let app

  after(async () => {
    await app?.close()
  })

  it('is resumed from where it was', async () => {
    const data = dataFolder()
    const cli = process.env.ASSAY_CLI_BIN
    assert.ok(cli, 'ASSAY_CLI_BIN is not set; run the tests through ./scripts/test')
    const env = { ...process.env, ASSAY_DATA_DIR: data }
    const run = spawn(
      cli,
      ['eval', '--model', 'local:smollm2-135m', '--dataset', 'starter', '--max-tokens', '48'],
      { env, stdio: 'ignore' },
    )
    // Killed as soon as something is stored and much is outstanding.
    let done = 0
    while (done === 0) {
      assert.equal(run.exitCode, null, 'the run ended before it could be killed')
      await sleep(200)
      const listed = spawnSync(cli, ['--json', 'runs', 'list'], { env, encoding: 'utf8' })
      done = JSON.parse(listed.stdout)[0]?.progress.done ?? 0
    }
    assert.ok(done < 20, `${done} samples were done before the kill`)
    run.kill('SIGKILL')

    app = await open(data)
    const { browser } = app
    await go(browser, 'runs')
    const rows = await browser.$$('[data-testid="runs-row"]')
    let row
    for (const candidate of rows) {
      if (/interrupted/i.test(await candidate.getText())) row = candidate
    }
    assert.ok(row, 'no run is marked as interrupted')
    await (await row.$('a')).click()
    const status = await byId(browser, 'run-status')
    assert.equal(await status.getAttribute('data-status'), 'interrupted')
    await screenshot(browser, 'run-interrupted')
    await press(browser, 'run-resume')
    await browser.waitUntil(
      async () =>
        (await (await byId(browser, 'run-status')).getAttribute('data-status')) === 'completed',
      { timeout: 240_000, interval: 500, timeoutMsg: 'the resumed run does not end' },
    )
  })
})
