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
    await byId(browser, 'sandbox-python')
    await screenshot(browser, 'languages-light')
    await setTheme(browser, 'dark')
    await screenshot(browser, 'languages-dark')
    await setTheme(browser, 'light')
    for (const language of LANGUAGES) {
      const row = await byId(browser, `sandbox-${language}`)
      assert.equal(await row.getAttribute('data-ready'), 'true', language)
      // What may be clipped counts as hidden for the driver.
      const text = await row.getProperty('textContent')
      assert.match(text, new RegExp(`assay/${language}:[0-9a-f]{12}`))
      assert.match(text, /\d+(\.\d+)? [MG]B/, language)
    }
    const cpp = await byId(browser, 'sandbox-cpp')
    assert.match(await cpp.getProperty('textContent'), /g\+\+ 12.*C\+\+17/)
  })

  it('are built again, with their log', async () => {
    await press(browser, 'sandbox-build-php')
    const log = await byId(browser, 'sandbox-log-php', 60_000)
    await browser.waitUntil(async () => (await log.getProperty('textContent')).length > 0, {
      timeout: 60_000,
    })
    await screenshot(browser, 'languages-building')
    const row = await byId(browser, 'sandbox-php')
    await browser.waitUntil(async () => (await row.getAttribute('data-build')) === 'built', {
      timeout: 240_000,
      interval: 200,
      timeoutMsg: 'the build does not end',
    })
    assert.equal(await row.getAttribute('data-ready'), 'true')
    await press(browser, 'sandbox-log-toggle-php')
    const whole = await (await byId(browser, 'sandbox-log-php')).getProperty('textContent')
    assert.match(whole, /Step|FROM|built/i)
    await screenshot(browser, 'languages-built')
  })
})
