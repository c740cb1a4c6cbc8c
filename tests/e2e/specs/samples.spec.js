// The samples of the example runs: found, gone through by keyboard, set against one another.
import assert from 'node:assert/strict'
import { byId, go, open, press, screenshot, setTheme, textOf } from '../support/application.js'

describe('samples', () => {
  let app
  let browser

  before(async () => {
    app = await open()
    browser = app.browser
  })

  after(async () => await app?.close())

  const table = () => byId(browser, 'samples-table')
  const total = async () => Number(/^[\d,]+/.exec(await textOf(browser, await byId(browser, 'samples-total')))?.[0].replaceAll(',', ''))
  const settled = async () =>
    await browser.waitUntil(async () => (await (await table()).getAttribute('aria-busy')) === 'false' && !Number.isNaN(await total()), { timeoutMsg: 'the samples do not come' })
  const shown = () => browser.execute(() => new URLSearchParams(window.location.hash.split('?')[1]).get('sample'))

  it('are counted and filtered', async () => {
    await go(browser, 'samples')
    await settled()
    const all = await total()
    assert.ok(all > 0)
    assert.equal(Number(await (await table()).getAttribute('aria-rowcount')), all + 1)
    await (await byId(browser, 'filter-verdict')).click()
    await press(browser, 'filter-verdict-passed')
    await browser.keys('Escape')
    await browser.waitUntil(async () => (await total()) < all, { timeoutMsg: 'the filter does nothing' })
    await settled()
    const passed = await total()
    assert.ok(passed > 0)
    const verdicts = await browser.execute(() => [...document.querySelectorAll('[data-testid="samples-row"] [data-verdict]')].map((mark) => mark.dataset.verdict))
    assert.deepEqual([...new Set(verdicts)], ['passed'])
    await (await byId(browser, 'filter-chip')).click()
    await browser.waitUntil(async () => (await total()) === all, { timeoutMsg: 'the filter stays' })
  })

  it('are searched and gone through by keyboard', async () => {
    await settled()
    await browser.keys('/')
    await browser.keys([...'def '])
    await browser.keys('Enter')
    await browser.waitUntil(async () => await browser.execute(() => window.location.hash.includes('text=def')), { timeoutMsg: 'nothing is searched' })
    await settled()
    await browser.keys('ArrowDown')
    await browser.keys('Enter')
    await byId(browser, 'sample-verdict')
    const first = await shown()
    await browser.keys('j')
    await browser.waitUntil(async () => (await shown()) !== first, { timeoutMsg: 'j goes nowhere' })
    await browser.keys('k')
    await browser.waitUntil(async () => (await shown()) === first, { timeoutMsg: 'k does not go back' })
  })

  it('are set against one another', async () => {
    const base = await shown()
    await browser.keys('b')
    await press(browser, 'sample-tab-against')
    await byId(browser, 'against-itself')
    await browser.keys('j')
    await byId(browser, 'against-diff')
    assert.notEqual(await shown(), base)
    assert.match(await textOf(browser, await byId(browser, 'against-diff')), /other program → this program/)
    await setTheme(browser, 'light')
    await screenshot(browser, 'samples-against-light')
    await setTheme(browser, 'dark')
    await screenshot(browser, 'samples-against-dark')
    await browser.keys('Escape')
    await browser.waitUntil(async () => (await shown()) === null, { timeoutMsg: 'Escape closes nothing' })
  })
})
