// The languages in the library: what each image is, and a build with its log, by clicking.
import assert from 'node:assert/strict'
import { byId, go, open, press, screenshot, setTheme } from '../support/application.js'

const LANGUAGES = ['cpp', 'go', 'java', 'javascript', 'php', 'python', 'rust', 'typescript']

describe('languages', () => {
  let app
  let browser

  before(async () => {
    app = await open()
    browser = app.browser
    await go(browser, 'library')
    await press(browser, 'library-sandbox')
  })

  after(async () => {
    await app?.close()
  })

  it('are all there, each with toolchain, image and size', async () => {
    for (const language of LANGUAGES) {
      const row = await byId(browser, `sandbox-${language}`)
      assert.equal(await row.getAttribute('data-ready'), 'true', language)
      const text = await row.getText()
      assert.match(text, new RegExp(`assay/${language}:[0-9a-f]{12}`))
      assert.match(text, /\d+(\.\d+)? [MG]B/, language)
    }
    assert.match(await (await byId(browser, 'sandbox-cpp')).getText(), /g\+\+ 12.*C\+\+17/)
    await screenshot(browser, 'languages-light')
    await setTheme(browser, 'dark')
    await screenshot(browser, 'languages-dark')
    await setTheme(browser, 'light')
  })

  it('are built again, with their log', async () => {
    await press(browser, 'sandbox-build-php')
    const log = await byId(browser, 'sandbox-log-php', 60_000)
    await browser.waitUntil(async () => (await log.getText()).length > 0, { timeout: 60_000 })
    await screenshot(browser, 'languages-building')
    const row = await byId(browser, 'sandbox-php')
    await browser.waitUntil(async () => (await row.getAttribute('data-build')) === 'built', {
      timeout: 240_000,
      interval: 200,
      timeoutMsg: 'the build does not end',
    })
    assert.equal(await row.getAttribute('data-ready'), 'true')
    await press(browser, 'sandbox-log-toggle-php')
    assert.match(await (await byId(browser, 'sandbox-log-php')).getText(), /Step|FROM|built/i)
    await screenshot(browser, 'languages-built')
  })
})
