// Adaptive prompting in the real window: a policy that learned from a run of the command line program, asked what it
// would do, frozen; and a sample that says why it was asked as it was.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { byId, dataFolder, go, open, press, screenshot, setTheme } from '../support/application.js'

describe('adaptive prompting', () => {
  let app
  let browser
  let run

  before(async () => {
    const data = dataFolder()
    const cli = process.env.ASSAY_CLI_BIN
    assert.ok(cli, 'ASSAY_CLI_BIN is not set; run the tests through ./scripts/test')
    const env = { ...process.env, ASSAY_DATA_DIR: data }
    const made = spawnSync(
      cli,
      ['eval', '--model', 'local:smollm2-135m', '--dataset', 'starter', '--strategy', 'adaptive', '--max-tokens', '48', '--name', 'Chosen by policy'],
      { env, encoding: 'utf8' },
    )
    assert.equal(made.status, 0, made.stderr)
    const listed = spawnSync(cli, ['--json', 'runs', 'list'], { env, encoding: 'utf8' })
    run = JSON.parse(listed.stdout).find((r) => r.name === 'Chosen by policy')
    assert.ok(run, 'the adaptive run is not listed')
    app = await open(data)
    browser = app.browser
  })

  after(async () => {
    await app?.close()
  })

  async function bothThemes(name) {
    for (const theme of ['light', 'dark']) {
      await setTheme(browser, theme)
      await screenshot(browser, `${name}-${theme}`)
    }
    await setTheme(browser, 'light')
  }

  it('shows what the policy did and learned', async () => {
    await go(browser, 'adaptive')
    const facts = await byId(browser, 'policy-facts')
    await browser.waitUntil(async () => /LinUCB/.test(await facts.getText()), { timeoutMsg: 'the policy is not shown' })
    assert.match(await (await byId(browser, 'policy-state')).getText(), /Learning/)
    await byId(browser, 'policy-arm')
    const arms = await browser.$$('[data-testid="policy-arm"]')
    let outcomes = 0
    for (const arm of arms) outcomes += Number(await (await arm.$$('td'))[1].getText())
    assert.equal(outcomes, run.progress.done, 'each sample is an outcome of one strategy')
    await bothThemes('adaptive-policy')
  })

  it('opens what was learned of a strategy, by the keyboard', async () => {
    // A row of a table is no element that the driver clicks; people who use the keyboard open it so.
    const arm = await browser.execute(() => {
      const row = document.querySelector('[data-testid="policy-arm"]')
      row.focus()
      return row.dataset.key
    })
    await browser.keys('Enter')
    await browser.waitUntil(async () => (await browser.getUrl()).includes(`arm=${arm}`), { timeoutMsg: 'the strategy is not in the address' })
    assert.equal(await (await byId(browser, 'policy-choose-arm')).getValue(), arm)
  })

  it('says what it would choose, and lets features be turned', async () => {
    await press(browser, 'adaptive-tab-what-if')
    await (await byId(browser, 'what-if-dataset')).selectByAttribute('value', 'starter')
    const words = await byId(browser, 'what-if-words')
    await browser.waitUntil(async () => (await words.getText()).length > 10, { timeoutMsg: 'nothing is said' })
    assert.equal((await browser.$$('[data-testid="arm-chance"][aria-current="true"]')).length, 1)
    const slider = await byId(browser, 'what-if-feature')
    await browser.execute((row) => row.querySelector('input').focus(), slider)
    await browser.keys('Home')
    await browser.waitUntil(async () => /instead=/.test(await browser.getUrl()), { timeoutMsg: 'the feature was not turned' })
    await bothThemes('adaptive-what-if')
    await press(browser, 'what-if-reset')
    await browser.waitUntil(async () => !/instead=/.test(await browser.getUrl()), { timeoutMsg: 'it does not go back' })
  })

  it('says what a full grid needs, and what Automatic stands for', async () => {
    await press(browser, 'adaptive-tab-grid')
    await byId(browser, 'grid-evaluate')
    await press(browser, 'adaptive-tab-auto')
    await byId(browser, 'rule')
    assert.match(await (await byId(browser, 'rule-words')).getText(), /\S/)
    await bothThemes('adaptive-auto')
  })

  it('is frozen by one click, and goes on learning by another', async () => {
    await press(browser, 'adaptive-tab-policy')
    await press(browser, 'policy-freeze')
    const state = async () => await (await byId(browser, 'policy-state')).getText()
    await browser.waitUntil(async () => /Frozen/.test(await state()), { timeoutMsg: 'it is not frozen' })
    await press(browser, 'policy-freeze')
    await browser.waitUntil(async () => /Learning/.test(await state()), { timeoutMsg: 'it does not go on' })
  })

  it('tells of a sample why it was asked as it was', async () => {
    await browser.execute((id) => {
      window.location.hash = `#/samples?runs=${id}`
    }, run.id)
    await (await byId(browser, 'samples-row')).click()
    const asked = await byId(browser, 'sample-asked-by')
    await browser.waitUntil(async () => /chosen by policy/.test(await asked.getText()), { timeoutMsg: 'no policy chose' })
    const why = await byId(browser, 'sample-choice-words')
    assert.match(await why.getText(), /\S/)
    await why.scrollIntoView({ block: 'center' })
    assert.ok((await browser.$$('[data-testid="sample-choice"] [data-testid="arm-chance"]')).length > 1)
    await bothThemes('adaptive-sample')
  })
})
