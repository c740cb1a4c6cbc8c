// Looks at every page in the system's Chromium, over made-up data:
//   node scripts/look.mjs --screenshots [--out DIR] [--only NAME] [--theme light] [--zoomed] [--width 1400]
//                                                                   a picture of each page, light and dark, large, small and at 200 % zoom
//   node scripts/look.mjs --cut                                     what is cut off or out of reach at 200 % zoom; fails on any
//   node scripts/look.mjs --axe                                     axe-core on each page in both themes, plain and at 200 % zoom; fails on any violation
import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { createServer } from 'vite'

const { values: args } = parseArgs({
  options: {
    screenshots: { type: 'boolean', default: false },
    axe: { type: 'boolean', default: false },
    cut: { type: 'boolean', default: false },
    zoomed: { type: 'boolean', default: false },
    width: { type: 'string' },
    theme: { type: 'string' },
    out: { type: 'string', default: 'screenshots' },
    only: { type: 'string' },
    chromium: { type: 'string', default: process.env.CHROMIUM ?? '/usr/bin/chromium' },
  },
})

const click = (id) => async (page) => {
  await page.locator(`[data-testid="${id}"]`).first().click()
}

/** One after the other; what is hidden under its label too. Then a while for what they began. */
const each = (ids, wait = 0) => async (page) => {
  for (const id of ids) {
    const target = page.locator(`[data-testid="${id}"]`).first()
    await target.waitFor({ state: 'attached' })
    await target.evaluate((node) => (node.closest('label') ?? node).scrollIntoView({ block: 'center' }))
    await target.evaluate((node) => node.click())
    await page.waitForTimeout(250)
  }
  await page.waitForTimeout(wait)
}

const pages = [
  { name: 'overview', hash: '/' },
  { name: 'overview-weekly', hash: '/', query: 'state=weekly' },
  { name: 'overview-empty', hash: '/', query: 'state=empty' },
  { name: 'overview-broken', hash: '/', query: 'state=broken' },
  { name: 'evaluate', hash: '/evaluate?models=local:smollm2-135m', act: click('evaluate-advanced') },
  { name: 'evaluate-economy', hash: '/evaluate?models=local:smollm2-135m&dataset=humaneval', act: each(['evaluate-advanced', 'evaluate-early-stop'], 300) },
  { name: 'evaluate-strategy', hash: '/evaluate?models=openrouter:openai/gpt-oss-20b&dataset=humaneval', act: each(['evaluate-strategy-self-repair'], 400) },
  { name: 'evaluate-preview', hash: '/evaluate?models=local:smollm2-135m&dataset=humaneval', act: click('evaluate-preview') },
  { name: 'evaluate-add', hash: '/evaluate', act: click('evaluate-add-model') },
  { name: 'runs', hash: '/runs' },
  { name: 'runs-chosen', hash: '/runs', act: each(['choose-r2', 'choose-r3', 'choose-r4', 'runs-menu'], 200) },
  { name: 'runs-menu', hash: '/runs', act: each(['run-menu-r2'], 200) },
  { name: 'runs-filtered', hash: '/runs?tags=paper&statuses=completed', act: each(['runs-tag'], 200) },
  { name: 'runs-naming', hash: '/runs', act: each(['run-menu-r3', 'upkeep-rename'], 200) },
  { name: 'runs-archived', hash: '/runs?place=archived' },
  { name: 'runs-undo', hash: '/runs', act: each(['run-menu-r3', 'upkeep-delete'], 300) },
  { name: 'runs-deleted', hash: '/runs', act: each(['choose-r3', 'choose-r4', 'runs-menu', 'upkeep-delete', 'runs-deleted'], 400) },
  { name: 'runs-purge', hash: '/runs', act: each(['run-menu-r3', 'upkeep-delete', 'runs-deleted', 'purge-r3'], 300) },
  { name: 'runs-tags', hash: '/runs', act: async (page) => {
    await each(['choose-r2', 'choose-r3', 'runs-menu', 'upkeep-tags'], 300)(page)
    await page.locator('[data-testid="tags-input"]').fill('pro')
  } },
  { name: 'runs-note', hash: '/runs', act: each(['run-menu-r2', 'upkeep-note'], 300) },
  { name: 'runs-merge', hash: '/runs', act: each(['choose-r2', 'choose-r3', 'choose-r4', 'choose-r5', 'runs-menu', 'upkeep-merge'], 500) },
  { name: 'runs-merge-refused', hash: '/runs', act: each(['choose-r1', 'choose-r2', 'runs-menu', 'upkeep-merge'], 500) },
  { name: 'runs-split', hash: '/runs', act: each(['run-menu-r2', 'upkeep-split'], 500) },
  { name: 'run-merged', hash: '/runs', act: async (page) => {
    await each(['choose-r3', 'choose-r4', 'runs-menu', 'upkeep-merge', 'merge-yes'], 1500)(page)
    await page.locator('[data-testid="runs-row"]').first().click()
    await page.locator('[data-testid="run-sources"]').waitFor()
  } },
  { name: 'runs-empty', hash: '/runs', query: 'state=empty' },
  { name: 'views-save', hash: '/samples?runs=r2&verdicts=failed', act: each(['save-view'], 200) },
  { name: 'views-arrange', hash: '/', act: each(['views-arrange'], 200) },
  { name: 'run-live', hash: '/runs/r6', wait: 3500 },
  { name: 'run-paused', hash: '/runs/r6', wait: 1500, query: 'memory=short', act: each(['run-pause'], 400) },
  { name: 'run', hash: '/runs/r2' },
  { name: 'run-early', hash: '/runs/r9' },
  { name: 'run-failures', hash: '/runs/r9', act: async (page) => page.locator('[data-testid="run-failures"]').scrollIntoViewIfNeeded() },
  { name: 'run-diversity', hash: '/runs/r9', act: async (page) => page.locator('[data-testid="run-diversity"]').scrollIntoViewIfNeeded() },
  { name: 'run-costs', hash: '/runs/r8', act: async (page) => page.locator('[data-testid="flag-usable"]').first().hover() },
  { name: 'run-interrupted', hash: '/runs/r5' },
  { name: 'compare', hash: '/compare?runs=r2,r3,r4,r5' },
  { name: 'compare-table', hash: '/compare?runs=r2,r3,r4,r5&view=table' },
  { name: 'compare-pairs', hash: '/compare?runs=r2,r3,r4,r5', act: async (page) => page.locator('[data-testid="compare-pairs"]').scrollIntoViewIfNeeded() },
  { name: 'compare-differences', hash: '/compare?runs=r2,r3,r4&show=differences' },
  { name: 'compare-significance', hash: '/compare?runs=r2,r3,r4&show=differences', act: async (page) => page.locator('[data-testid="significance-figure"]').scrollIntoViewIfNeeded() },
  { name: 'compare-languages', hash: '/compare?runs=r2,r3,r4,r5&show=languages' },
  { name: 'compare-cost', hash: '/compare?runs=r2,r3,r4,r5&show=tradeoff' },
  { name: 'compare-time', hash: '/compare?runs=r2,r3,r4,r5&show=tradeoff&against=time' },
  { name: 'compare-problems', hash: '/compare?runs=r2,r3,r4&show=problems' },
  { name: 'compare-grid', hash: '/compare?runs=r2,r3,r4&show=problems&only=1', act: async (page) => page.locator('[data-testid="problems-figure"]').scrollIntoViewIfNeeded() },
  { name: 'compare-sampled', hash: '/compare?runs=r1,r8,r9&show=problems', act: async (page) => page.locator('[data-testid="problems-figure"]').scrollIntoViewIfNeeded() },
  { name: 'trends', hash: '/trends', query: 'state=weekly' },
  { name: 'trends-table', hash: '/trends?view=table', query: 'state=weekly' },
  { name: 'trends-steps', hash: '/trends', query: 'state=weekly', act: async (page) => page.locator('[data-testid="trend-steps"]').scrollIntoViewIfNeeded() },
  { name: 'trends-series', hash: '/trends?series=humaneval/1.0.3/python/instruct/openai:qwen2.5-coder-7b@http://127.0.0.1:8080/v1', query: 'state=weekly' },
  { name: 'trends-mean', hash: '/trends?series=humaneval/1.0.3/python', query: 'state=weekly' },
  { name: 'trends-few', hash: '/trends' },
  { name: 'trends-empty', hash: '/trends', query: 'state=empty' },
  { name: 'adaptive', hash: '/adaptive', query: 'state=adaptive' },
  { name: 'adaptive-figure', hash: '/adaptive', query: 'state=adaptive', act: async (page) => page.locator('[data-testid="rewards-figure"]').scrollIntoViewIfNeeded() },
  { name: 'adaptive-learned', hash: '/adaptive?arm=few-shot-completion', query: 'state=adaptive', act: async (page) => page.locator('[data-testid="policy-learned"]').scrollIntoViewIfNeeded() },
  { name: 'adaptive-progress', hash: '/adaptive', query: 'state=adaptive', act: async (page) => page.locator('[data-testid="progress-figure"]').scrollIntoViewIfNeeded() },
  { name: 'adaptive-frozen', hash: '/adaptive?policy=paper', query: 'state=adaptive', act: each(['policy-menu'], 200) },
  { name: 'adaptive-reset', hash: '/adaptive', query: 'state=adaptive', act: each(['policy-reset', 'policy-reset-change', 'setup-arms-some'], 200) },
  { name: 'adaptive-replay', hash: '/adaptive', query: 'state=adaptive', act: each(['policy-menu', 'policy-replay', 'policy-replay-yes'], 900) },
  { name: 'adaptive-teach', hash: '/adaptive', query: 'state=adaptive', act: each(['policy-menu', 'policy-teach'], 300) },
  { name: 'adaptive-empty', hash: '/adaptive', query: 'state=empty' },
  { name: 'adaptive-what-if', hash: '/adaptive?tab=what-if&instead=examples:1', query: 'state=adaptive' },
  { name: 'adaptive-features', hash: '/adaptive?tab=what-if&instead=examples:1', query: 'state=adaptive', act: async (page) => page.locator('[data-testid="what-if-features"]').scrollIntoViewIfNeeded() },
  { name: 'adaptive-grid', hash: '/adaptive?tab=grid&runs=g1,g2,g3,g4,g5,g6,g7,g8,g9,g10&done=1', query: 'state=adaptive', wait: 1200 },
  { name: 'adaptive-grid-choices', hash: '/adaptive?tab=grid&runs=g1,g2,g3,g4,g5,g6,g7,g8,g9,g10&done=1', query: 'state=adaptive', wait: 1200, act: async (page) => page.locator('[data-testid="grid-estimators"]').first().scrollIntoViewIfNeeded() },
  { name: 'adaptive-grid-regret', hash: '/adaptive?tab=grid&runs=g1,g2,g3,g4,g5,g6,g7,g8,g9,g10&done=1', query: 'state=adaptive', wait: 1200, act: async (page) => page.locator('[data-testid="regret-figure"]').first().scrollIntoViewIfNeeded() },
  { name: 'adaptive-grid-choose', hash: '/adaptive?tab=grid', query: 'state=adaptive' },
  { name: 'adaptive-evaluate', hash: '/evaluate?strategy=adaptive&models=local:smollm2-135m&dataset=humaneval', query: 'state=adaptive' },
  { name: 'adaptive-strategy', hash: '/library?tab=strategies&strategy=adaptive', query: 'state=adaptive' },
  { name: 'adaptive-sample', hash: '/samples?runs=g11', query: 'state=adaptive', act: async (page) => {
    await page.locator('[data-testid="samples-row"]').nth(4).click()
    await page.locator('[data-testid="sample-choice-words"]').waitFor()
    await page.locator('[data-testid="sample-choice"]').scrollIntoViewIfNeeded()
  } },
  { name: 'adaptive-auto', hash: '/adaptive?tab=auto', query: 'state=adaptive' },
  { name: 'problem', hash: '/problems/starter/starter/3' },
  { name: 'problem-answers', hash: '/problems/starter/starter/3', act: async (page) => page.locator('[data-testid="problem-answers"]').scrollIntoViewIfNeeded() },
  { name: 'problem-diff', hash: '/problems/humaneval/HumanEval/5?against=reference', act: async (page) => page.locator('[data-testid="problem-answers"]').scrollIntoViewIfNeeded() },
  { name: 'problem-none', hash: '/problems/humaneval/HumanEval/9999' },
  { name: 'samples', hash: '/samples?runs=r2' },
  { name: 'samples-filtered', hash: '/samples?runs=r2&verdicts=failed,exception', act: click('filter-verdict') },
  { name: 'sample', hash: '/samples?runs=r2', act: async (page) => page.locator('[data-testid="samples-row"]').nth(3).click() },
  { name: 'sample-diff', hash: '/samples?runs=r2&tab=diff', act: async (page) => page.locator('[data-testid="samples-row"]').nth(5).click() },
  { name: 'sample-against', hash: '/samples?runs=r2&tab=against&against=reference', act: async (page) => page.locator('[data-testid="samples-row"]').nth(3).click() },
  { name: 'sample-against-other', hash: '/samples?runs=r2&tab=against', act: async (page) => {
    await page.locator('[data-testid="samples-row"]').nth(2).click()
    await page.locator('[data-testid="sample-verdict"]').waitFor()
    await page.keyboard.press('b')
    await page.waitForTimeout(300)
    await page.keyboard.press('j')
  } },
  { name: 'samples-costs', hash: '/samples?runs=r8&sort=cost&desc=1' },
  { name: 'sample-wrong', hash: '/samples?contents=wrong_language&tab=diff', act: async (page) => page.locator('[data-testid="samples-row"]').nth(0).click() },
  { name: 'sample-quality', hash: '/samples?runs=r8&verdicts=failed', act: async (page) => page.locator('[data-testid="samples-row"]').nth(0).click().then(() => page.waitForTimeout(500)).then(() => page.locator('[data-testid="sample-quality"]').scrollIntoViewIfNeeded()) },
  { name: 'sample-turns', hash: '/samples?runs=r8&tab=raw', act: async (page) => page.locator('[data-testid="samples-row"]').nth(0).click() },
  { name: 'sample-known', hash: '/samples?runs=r2&verdicts=passed', act: async (page) => {
    await page.locator('[data-testid="samples-row"]').nth(0).click()
    for (let i = 0; i < 12 && !(await page.locator('[data-testid="sample-answer-known"]').count()); i += 1) {
      await page.keyboard.press('j')
      await page.waitForTimeout(300)
    }
  } },
  { name: 'sample-output', hash: '/samples?runs=r2&verdicts=failed&tab=output', act: async (page) => page.locator('[data-testid="samples-row"]').nth(1).click() },
  { name: 'reports', hash: '/reports?runs=r2,r3' },
  { name: 'reports-sections', hash: '/reports?runs=r2,r3&sections=significance,problems' },
  { name: 'reports-none', hash: '/reports', query: 'state=empty' },
  { name: 'library', hash: '/library' },
  { name: 'library-details', hash: '/library', act: each(['library-details-smollm2-135m', 'model-check', 'test-prompt-send'], 1500) },
  { name: 'library-add', hash: '/library', act: each(['library-add-models', 'provider-openrouter', 'provider-offers'], 900) },
  { name: 'library-reference', hash: '/library', act: async (page) => {
    await each(['library-add-models', 'add-by-reference'])(page)
    await page.locator('[data-testid="add-reference"]').fill('hf:Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF')
    await each(['add-reference-check'], 700)(page)
  } },
  { name: 'library-key', hash: '/library', act: each(['keys-all', 'key-set-ANTHROPIC_API_KEY']) },
  { name: 'library-program', hash: '/library', act: each(['custom-add-program', 'custom-save']) },
  { name: 'library-template', hash: '/library', act: each(['custom-edit-http:gateway', 'custom-save-test'], 900) },
  { name: 'strategies', hash: '/library?tab=strategies&strategy=self-repair' },
  { name: 'strategy-file', hash: '/library?tab=strategies&strategy=terse', act: each(['strategy-tab-file']) },
  { name: 'strategy-edit', hash: '/library?tab=strategies&strategy=terse', act: async (page) => {
    await each(['strategy-edit'], 300)(page)
    const text = page.locator('[data-testid="strategy-text"]')
    await text.fill((await text.inputValue()).replace('kind = "chat"', 'kind = "chatty"'))
    await each(['strategy-save'], 300)(page)
  } },
  { name: 'strategy-duplicate', hash: '/library?tab=strategies&strategy=instruct', act: each(['strategy-duplicate']) },
  { name: 'library-datasets', hash: '/library?tab=datasets' },
  { name: 'library-sandbox', hash: '/library?tab=sandbox' },
  { name: 'library-broken', hash: '/library?tab=sandbox', query: 'state=broken' },
  { name: 'benchmarks', hash: '/library?tab=benchmarks' },
  { name: 'benchmarks-history', hash: '/library?tab=benchmarks', act: async (page) => page.locator('[data-testid="bench-table"]').scrollIntoViewIfNeeded() },
  { name: 'benchmarks-running', hash: '/library?tab=benchmarks', act: each(['bench-start'], 300) },
  { name: 'benchmarks-done', hash: '/library?tab=benchmarks', act: each(['bench-start'], 3500) },
  { name: 'benchmarks-empty', hash: '/library?tab=benchmarks', query: 'state=empty' },
  { name: 'health', hash: '/health' },
  { name: 'health-idle', hash: '/health', query: 'state=empty' },
  { name: 'health-broken', hash: '/health', query: 'state=broken&running=0' },
  { name: 'health-caches', hash: '/health', act: each(['cache-clear-answers'], 200) },
  { name: 'settings', hash: '/settings' },
  { name: 'palette', hash: '/', act: click('open-palette') },
  { name: 'shortcuts', hash: '/', act: async (page) => page.keyboard.press('?') },
  { name: 'run-picker', hash: '/compare', act: click('choose-runs') },
].filter((p) => !args.only || args.only.split(',').some((name) => p.name.startsWith(name)))

const server = await createServer({ logLevel: 'error', server: { port: 0, strictPort: false, hmr: false } })
await server.listen()
const base = server.resolvedUrls?.local[0] ?? 'http://localhost:5173/'
const browser = await chromium.launch({ executablePath: args.chromium, args: ['--no-sandbox', '--headless'] })
const axeSource = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
let faults = 0

async function open(page, { hash, query = '', act, wait = 0 }, theme) {
  await page.addInitScript((fake) => {
    if (window === window.top) window.localStorage.setItem('assay-fake', fake)
  }, `theme=${theme}&${query}`)
  await page.goto(`${base}#${hash}`)
  await page.locator('h1').waitFor()
  await page.waitForTimeout(700 + wait)
  await act?.(page)
  await page.waitForTimeout(act ? 700 : 100)
}

/** A window of 1400 × 900 at 200 % zoom. */
const ZOOMED = [700, 450, 2]

/**
 * What nobody can get at: text that ends outside of its box without an ellipsis, or beyond the window where nothing
 * scrolls; and boxes so low that what they scroll cannot be read.
 */
function cutOff() {
  const found = new Map()
  const name = (node) => `${node.tagName.toLowerCase()}${node.dataset.testid ? `[${node.dataset.testid}]` : ''}${typeof node.className === 'string' && node.className ? `.${node.className.split(' ').join('.')}` : ''}`
  const scrolls = (style, axis) => ['auto', 'scroll'].includes(axis === 'x' ? style.overflowX : style.overflowY)
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    if (text.textContent.trim() === '' || !text.parentElement.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue
    const range = document.createRange()
    range.selectNodeContents(text)
    const rect = range.getBoundingClientRect()
    if (rect.width < 1 || rect.height < 1) continue
    for (let box = text.parentElement; box; box = box.parentElement) {
      const style = getComputedStyle(box)
      // What only a screen reader says is cut off on purpose.
      if (style.clipPath !== 'none' || style.position === 'fixed') break
      if (scrolls(style, 'x') || style.textOverflow === 'ellipsis') break
      const bounds = box.getBoundingClientRect()
      // What stands out of its panel is not cut, and is as wrong.
      const hides = style.overflowX === 'hidden' || style.overflowX === 'clip' || box.classList.contains('panel')
      if (box === document.documentElement ? rect.right > innerWidth + 1 || rect.left < -1 : hides && (rect.right > bounds.right + 1 || rect.left < bounds.left - 1)) {
        found.set(name(box), text.textContent.trim().slice(0, 60))
        break
      }
    }
  }
  for (const box of document.querySelectorAll('*')) {
    const style = getComputedStyle(box)
    if (scrolls(style, 'y') && box.scrollHeight > box.clientHeight + 4 && box.clientHeight > 0 && box.clientHeight < 60) found.set(`${name(box)} is ${box.clientHeight} px high`, `${box.scrollHeight} px`)
  }
  return [...found].map(([where, what]) => `${where}: ${what}`)
}

const sizes = args.cut || args.zoomed ? [ZOOMED] : args.screenshots ? [[1400, 900, 1], [1024, 700, 1], ZOOMED] : [[1400, 900, 1], ZOOMED]
for (const theme of args.theme ? [args.theme] : ['light', 'dark']) {
  for (const [width, height, scale] of sizes.filter(([wide]) => !args.width || wide === Number(args.width))) {
    for (const what of pages) {
      const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: scale, colorScheme: theme, reducedMotion: args.axe ? 'reduce' : 'no-preference' })
      const page = await context.newPage()
      page.on('pageerror', (error) => {
        faults += 1
        console.error(`${what.name} (${theme}): ${error.message}`)
      })
      page.on('console', (message) => {
        if (message.type() !== 'error') return
        faults += 1
        console.error(`${what.name} (${theme}): ${message.text()}`)
      })
      await open(page, what, theme)
      if (args.screenshots) {
        mkdirSync(args.out, { recursive: true })
        await page.screenshot({ path: `${args.out}/${what.name}-${theme}-${width}.png` })
      }
      if (args.cut) {
        for (const line of await page.evaluate(cutOff)) {
          faults += 1
          console.error(`${what.name} (${theme}), cut off: ${line}`)
        }
      }
      if (args.axe) {
        await page.addScriptTag({ path: axeSource })
        const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))
        for (const v of violations) {
          faults += 1
          console.error(`${what.name} (${theme}): ${v.id}: ${v.help}`)
          for (const node of v.nodes.slice(0, 4)) console.error(`    ${node.target.join(' ')}\n      ${node.any.concat(node.all, node.none).map((c) => c.message).join('; ')}`)
        }
      }
      await context.close()
    }
  }
}

await browser.close()
await server.close()
console.log(faults === 0 ? `${pages.length} views, nothing found.` : `${faults} faults.`)
process.exit(faults === 0 ? 0 : 1)
