// axe-core on every page of the real window, in both themes; and the main tasks by keyboard alone, which only a real
// window can tell: where the focus goes is the browser's to decide.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { byId, dataFolder, open } from '../support/application.js'

const axe = readFileSync(new URL('../../../ui/node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')

/** Address behind the `#`, and what opens what a page shows only then. */
const PAGES = [
  ['/', 'page-overview'],
  ['/evaluate', 'page-evaluate'],
  ['/runs', 'page-runs'],
  ['/compare', 'page-compare'],
  ['/compare?view=table', 'page-compare'],
  ['/compare?show=differences', 'significance-figure'],
  ['/compare?show=languages', 'languages-figure'],
  ['/compare?show=tradeoff&against=time', 'tradeoff-figure'],
  ['/compare?show=problems', 'problems-figure'],
  ['/trends', 'page-trends'],
  ['/samples', 'samples-row'],
  ['/reports', 'report-preview'],
  ['/reports?sections=problems,significance', 'report-preview'],
  ['/library?tab=models', 'page-library'],
  ['/library?tab=strategies', 'page-library'],
  ['/library?tab=datasets', 'page-library'],
  ['/library?tab=benchmarks', 'page-library'],
  ['/health', 'page-health'],
  ['/settings', 'page-settings'],
]

describe('accessibility', () => {
  let app
  let browser

  before(async () => {
    app = await open(dataFolder())
    browser = app.browser
    await byId(browser, 'page-overview')
    // As the driver's own script: the page's policy lets no other one in.
    await browser.execute(axe)
  })

  after(async () => {
    await app?.close()
  })

  const at = () => browser.execute(() => window.location.hash)
  const focused = () => browser.execute(() => document.activeElement?.closest('[data-testid]')?.dataset.testid ?? null)

  async function goTo(hash, id) {
    await browser.execute((to) => (window.location.hash = to), hash)
    await byId(browser, id)
    // What is asked for when a page opens is there; nothing moves any more.
    await browser.waitUntil(async () => browser.execute(() => document.querySelector('[role="status"] .skeleton, .skeletons, .stale') === null), {
      timeout: 30_000,
      timeoutMsg: `${hash} is still waiting`,
    })
  }

  async function faults(theme) {
    await browser.execute((name) => document.documentElement.setAttribute('data-theme', name), theme)
    await browser.pause(400)
    // What is faint because something newer is on its way is not what stays.
    await browser.waitUntil(async () => browser.execute(() => document.querySelector('.stale') === null), { timeoutMsg: 'the page is still renewing itself' })
    return await browser.executeAsync((done) => {
      // Without contrasts: what lies below the fold has no ground here by which axe could tell them. `npm run a11y` in ui does.
      window.axe.run(document, { resultTypes: ['violations'], rules: { 'color-contrast': { enabled: false } } }).then(
        ({ violations }) => done(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')} (${v.nodes[0].any[0]?.message ?? v.help})`)),
        (error) => done([String(error)]),
      )
    })
  }

  async function bothThemes(what) {
    for (const theme of ['light', 'dark']) assert.deepEqual(await faults(theme), [], `${what}, ${theme}`)
  }

  for (const [hash, id] of PAGES) {
    it(`axe finds nothing at ${hash}, light and dark`, async () => {
      await goTo(hash, id)
      await bothThemes(hash)
    })
  }

  it('axe finds nothing at a run, a sample, a problem, and in the dialogs', async () => {
    await goTo('/runs', 'page-runs')
    await goTo(await browser.execute(() => document.querySelector('.runs-link').getAttribute('href').replace(/^.*#/, '')), 'page-run')
    await bothThemes('a run')
    await goTo('/samples', 'samples-row')
    await browser.execute(() => document.querySelector('[data-testid="samples-row"][data-sample]').click())
    await byId(browser, 'sample-verdict')
    await bothThemes('a sample')
    await goTo('/compare?show=problems', 'problems-figure')
    await goTo(`/problems/${await browser.execute(() => document.querySelector('[data-testid="matrix-row"]').dataset.key)}`, 'page-problem')
    await bothThemes('a problem')
    await browser.keys(['Control', 'k'])
    await byId(browser, 'palette-input')
    await bothThemes('the palette')
    await browser.keys('Escape')
    await browser.keys('?')
    await browser.waitUntil(async () => browser.execute(() => document.querySelector('dialog[open]') !== null))
    await bothThemes('the shortcuts')
    await browser.keys('Escape')
  })

  /** Tab, and nothing but Tab, until it has the focus. */
  async function tabTo(id) {
    await byId(browser, id)
    for (let i = 0; i < 120; i += 1) {
      await browser.keys('Tab')
      if ((await focused()) === id) return
    }
    assert.fail(`${id} is not reached by Tab`)
  }

  async function until(what, told) {
    await browser.waitUntil(async () => what(await at()), { timeout: 20_000, timeoutMsg: told })
  }

  it('goes by keyboard from the palette to the form of an evaluation', async () => {
    await goTo('/', 'page-overview')
    await browser.keys(['Control', 'k'])
    await byId(browser, 'palette-input')
    await browser.keys([...'new evaluation'])
    await browser.keys('Enter')
    await byId(browser, 'page-evaluate')
    await tabTo('evaluate-launch')
  })

  it('compares by keyboard, exports a figure, and comes back', async () => {
    await browser.execute(() => document.activeElement?.blur())
    await browser.keys('g')
    await browser.keys('c')
    await byId(browser, 'page-compare')
    // The page is found as it was left: with the grid of problems.
    await tabTo('problems-export-svg')
    await browser.keys('Enter')
    assert.match(await (await byId(browser, 'toast-ok')).getText(), /\.svg/)
    await tabTo('compare-report')
    await browser.keys('Enter')
    await byId(browser, 'page-reports')
    await browser.keys(['Alt', 'ArrowLeft'])
    await byId(browser, 'page-compare')
  })

  it('opens a sample by keyboard, the next and the one before, and closes it', async () => {
    await browser.execute(() => document.activeElement?.blur())
    await browser.keys('g')
    await browser.keys('s')
    await byId(browser, 'samples-row')
    await tabTo('samples-table')
    await browser.keys('ArrowDown')
    await browser.keys('Enter')
    await until((hash) => /sample=\d/.test(hash), 'no sample is open')
    const first = await at()
    await browser.keys('j')
    await until((hash) => hash !== first, 'j does not go on')
    await browser.keys('k')
    await until((hash) => hash === first, 'k does not go back')
    await browser.keys('Escape')
    await until((hash) => !hash.includes('sample='), 'Escape closes nothing')
  })
})
