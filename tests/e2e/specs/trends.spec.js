// Scores over time, in the real window over the example runs: each of them is a series of its own, which is no line yet.
import assert from 'node:assert/strict'
import { byId, dataFolder, exampleRuns, go, open, press, screenshot, setTheme } from '../support/application.js'

describe('trends', () => {
  let app
  let browser

  before(async () => {
    app = await open(dataFolder())
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

  it('says what makes a line where each series has one run', async () => {
    await go(browser, 'trends')
    const text = await (await byId(browser, 'trends-no-line')).getText()
    assert.match(text, /second run/)
    assert.equal((await browser.$$('[data-testid="trend-row"]')).length, exampleRuns(), 'each example is a series of one run')
    await bothThemes('trends-no-line')
  })

  it('opens one series with its score and interval, and keeps it in the address', async () => {
    // A row of a table is no element that the driver clicks; people who use the keyboard open it so.
    await browser.execute(() => document.querySelector('[data-testid="trend-row"]').focus())
    await browser.keys('Enter')
    const figure = await byId(browser, 'trends-figure')
    await browser.waitUntil(async () => /n = 1 run/.test(await figure.getText()), { timeoutMsg: 'the caption does not count the run' })
    assert.match(await browser.getUrl(), /series=/)
    assert.equal((await browser.$$('[data-testid="figure-mark"]')).length, 1)
    await press(browser, 'trends-view-table')
    assert.match(await (await byId(browser, 'trends-figure')).getText(), /starter/)
    await bothThemes('trends-series')
  })

  it('is found as it was left', async () => {
    await go(browser, 'overview')
    const rank = await (await byId(browser, 'rank-interval')).getText()
    assert.match(rank, /\d/)
    await go(browser, 'trends')
    assert.match(await browser.getUrl(), /series=/)
  })
})
