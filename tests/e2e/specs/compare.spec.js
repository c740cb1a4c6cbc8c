// Comparisons of the examples and one problem of theirs, by clicking, in the real window.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { byId, exampleRuns, go, open, press, screenshot, setTheme } from '../support/application.js'

describe('compare', () => {
  let app
  let browser

  before(async () => {
    app = await open()
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

  it('shows all figures of the examples', async () => {
    await go(browser, 'compare')
    await press(browser, 'choose-runs')
    const picks = await browser.$$('[data-testid^="pick-run-"]')
    assert.equal(picks.length, exampleRuns(), 'all examples can be compared')
    for (const pick of picks) {
      if (!(await pick.isSelected())) await (await pick.$('./ancestor::label')).click()
    }
    await press(browser, 'run-picker-done')
    const pairs = await browser.$$('[data-testid="compare-pair"]')
    assert.ok(pairs.length > 0)
    for (const pair of pairs) {
      if ((await pair.getAttribute('data-significant')) === 'true') continue
      assert.match(await (await pair.$('[data-testid="pair-power"]')).getAttribute('title'), /80.% power/)
    }
    await bothThemes('compare-scores')
    for (const [show, figure] of [
      ['differences', 'significance-figure'],
      ['languages', 'languages-figure'],
      ['tradeoff', 'tradeoff-figure'],
      ['problems', 'problems-figure'],
    ]) {
      await press(browser, `compare-show-${show}`)
      const shown = await byId(browser, figure)
      assert.match(await shown.getText(), /starter/, 'the caption names the data set')
      await bothThemes(`compare-${show}`)
    }
  })

  it('lists who solves what by difficulty, and only where they differ', async () => {
    const figure = await byId(browser, 'problems-figure')
    const rows = async () => (await figure.$$('[data-testid="matrix-row"]')).length
    const all = await rows()
    assert.ok(all >= 12, `${all} problems`)
    await press(browser, 'problems-only')
    await browser.waitUntil(async () => (await rows()) < all, { timeoutMsg: 'no problem is left out' })
    const caption = await (await byId(browser, 'problems-figure')).getText()
    assert.match(caption, /on which they differ/)
    await press(browser, 'problems-only')
  })

  it('exports the grid as SVG and PDF', async () => {
    const reports = path.join(app.data, 'reports')
    for (const [format, begins] of [
      ['svg', '<svg'],
      ['pdf', '%PDF-'],
    ]) {
      await press(browser, `problems-export-${format}`)
      const files = () => {
        try {
          return readdirSync(reports).filter((name) => name.endsWith(`.${format}`))
        } catch {
          return []
        }
      }
      await browser.waitUntil(async () => files().length === 1, { timeout: 20_000, timeoutMsg: `no ${format} file` })
      assert.ok(readFileSync(path.join(reports, files()[0]), 'latin1').startsWith(begins))
    }
  })

  it('opens a problem by keyboard, with everyone’s answers', async () => {
    const cell = await byId(browser, 'matrix-cell')
    await browser.execute((node) => node.focus(), cell)
    await browser.keys(['ArrowDown'])
    await browser.keys(['Enter'])
    await byId(browser, 'page-problem')
    await browser.waitUntil(async () => (await browser.$$('[data-testid="problem-answer"]')).length >= 2, {
      timeoutMsg: 'the two models do not stand side by side',
    })
    await bothThemes('problem')
    const against = await byId(browser, 'problem-against')
    await against.selectByAttribute('value', 'reference')
    await byId(browser, 'problem-diff')
    await bothThemes('problem-diff')
    const before = await browser.getUrl()
    await browser.keys(['j'])
    await browser.waitUntil(async () => (await browser.getUrl()) !== before, { timeoutMsg: 'j does not go on' })
    await byId(browser, 'problem-answers')
  })

  it('finds the comparison as it was left', async () => {
    await go(browser, 'compare')
    await byId(browser, 'problems-figure')
  })
})
