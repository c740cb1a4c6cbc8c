// How the Samples page of the real window does with very many samples: time from the click to the first rows, frames
// while scrolling by wheel and by dragging the bar, time of a search, a filter and a sort, memory of all its processes.
// A measurement, not a test; it wants a machine that does nothing else.
//
//   ASSAY_DESKTOP_BIN=… ASSAY_SAMPLES_BIN=…/examples/samples ASSAY_TEST_DATA=… xvfb-run -a npm run measure -- --grep samples
//
// The store is made anew, or is ASSAY_SAMPLES_STORE, which is made where it is not there yet.
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs'
import path from 'node:path'
import { byId, dataFolder, go, open, screenshot } from '../support/application.js'

const SAMPLES = process.env.ASSAY_MEASURE_SAMPLES ?? '100000'
const ROUNDS = 5

function storeIn(folder) {
  const kept = process.env.ASSAY_SAMPLES_STORE
  const store = path.join(folder, 'assay.sqlite3')
  if (!kept || !existsSync(kept)) {
    const made = spawnSync(process.env.ASSAY_SAMPLES_BIN, [kept ?? store, SAMPLES], { encoding: 'utf8' })
    if (made.status !== 0) throw new Error(`no store could be made: ${made.stderr}`)
    console.log(made.stdout.trim())
  }
  if (kept) copyFileSync(kept, store)
}

/** The process that opened this data folder, and all that it started. */
function processes(data) {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const read = (pid, what) => {
    try {
      return readFileSync(`/proc/${pid}/${what}`, 'utf8')
    } catch {
      return ''
    }
  }
  const program = (pid) => {
    try {
      return readlinkSync(`/proc/${pid}/exe`)
    } catch {
      return ''
    }
  }
  const desktop = path.resolve(process.env.ASSAY_DESKTOP_BIN)
  const found = all.filter((pid) => program(pid) === desktop && read(pid, 'environ').split('\0').includes(`ASSAY_DATA_DIR=${data}`))
  const parents = new Map(all.map((pid) => [pid, /^PPid:\s+(\d+)/m.exec(read(pid, 'status'))?.[1]]))
  for (const pid of found) found.push(...all.filter((child) => parents.get(child) === pid))
  return found.map((pid) => {
    const rollup = read(pid, 'smaps_rollup')
    const mb = (what) => Math.round(Number(new RegExp(`^${what}:\\s+(\\d+)`, 'm').exec(rollup)?.[1] ?? 0) / 1024)
    return { name: path.basename(program(pid)), pss_mb: mb('Pss'), anonymous_mb: mb('Pss_Anon'), files_mb: mb('Pss_File') }
  })
}

/** Milliseconds from the next event of a kind to the first frame in which `there` (a function of the page) holds. */
async function timed(browser, event, there, act) {
  // As text: the page's policy lets nothing be made into a function inside of it.
  await browser.execute(`
    const holds = ${there}
    window.measured = null
    document.addEventListener('${event}', () => {
      const start = performance.now()
      const look = () => {
        // What holds now is drawn by the frame after this one.
        if (holds()) requestAnimationFrame(() => { window.measured = performance.now() - start })
        else requestAnimationFrame(look)
      }
      requestAnimationFrame(look)
    }, { capture: true, once: true })
  `)
  await act()
  await browser.waitUntil(async () => (await browser.execute(() => window.measured)) !== null, { timeout: 60_000, interval: 100, timeoutMsg: `nothing came of ${event}` })
  return Math.round(await browser.execute(() => window.measured))
}

const rowsAreThere = () => document.querySelectorAll('[data-testid="samples-row"][data-sample]').length >= 15

/** Notes each frame until `frames` asks for them: when it was, and whether a row in sight was not there yet. */
async function record(browser) {
  await browser.execute(() => {
    const box = document.querySelector('[data-testid="samples-table"]')
    window.noted = { times: [], blank: 0, top: box.scrollTop, on: true }
    const step = (now) => {
      if (!window.noted.on) return
      window.noted.times.push(now)
      const { top, bottom } = box.getBoundingClientRect()
      const empty = [...box.querySelectorAll('[data-testid="samples-row"]:not([data-sample])')].some((row) => {
        const at = row.getBoundingClientRect()
        return at.bottom > top + 40 && at.top < bottom
      })
      if (empty) window.noted.blank += 1
      requestAnimationFrame(step)
    }
    requestAnimationFrame(step)
  })
}

async function frames(browser) {
  return await browser.execute(() => {
    window.noted.on = false
    const { times, blank, top } = window.noted
    const gaps = times.slice(1).map((time, at) => time - times[at]).sort((a, b) => a - b)
    const over = (limit) => gaps.filter((gap) => gap > limit).length
    return {
      seconds: Math.round((times.at(-1) - times[0]) / 100) / 10,
      perSecond: Math.round((gaps.length / (times.at(-1) - times[0])) * 10_000) / 10,
      median: gaps[Math.floor(gaps.length / 2)],
      p99: gaps[Math.floor(gaps.length * 0.99)],
      longest: gaps.at(-1),
      over20: over(20),
      over50: over(50),
      framesWithRowsMissing: blank,
      scrolledRows: Math.round((document.querySelector('[data-testid="samples-table"]').scrollTop - top) / 38),
    }
  })
}

describe('samples', () => {
  let app
  let browser
  const tell = (name, figures) => console.log(JSON.stringify({ name, ...figures }))
  const box = () => browser.execute(() => {
    const { left, top, width, height } = document.querySelector('[data-testid="samples-table"]').getBoundingClientRect()
    return { left, top, width, height }
  })

  before(async () => {
    const data = dataFolder()
    storeIn(data)
    app = await open(data)
    browser = app.browser
    await browser.setTimeout({ script: 60_000 })
    await byId(browser, 'page-overview')
    // What the first screen asks for is there before anything is measured.
    await browser.pause(3_000)
  })

  after(async () => await app?.close())

  const clickOnSamples = async () => await timed(browser, 'click', rowsAreThere, async () => (await byId(browser, 'nav-samples')).click())

  it('come soon', async () => {
    const first = await clickOnSamples()
    const again = []
    for (let round = 0; round < ROUNDS; round += 1) {
      await go(browser, 'health')
      await browser.execute(() => window.location.reload())
      await byId(browser, 'page-health')
      await browser.pause(2_000)
      again.push(await clickOnSamples())
    }
    tell('from the click to the first rows, ms', { first, again })
    await screenshot(browser, 'measured-samples')
  })

  it('scroll smoothly', async () => {
    await record(browser)
    await browser.pause(3_000)
    tell('at rest', await frames(browser))

    const { left, top, width, height } = await box()
    const at = { x: Math.round(left + width / 2), y: Math.round(top + height / 2) }
    const wheel = browser.action('wheel')
    // Three seconds of turning the wheel, a notch in a twentieth of a second. WebKit takes a delta for how far the wheel
    // has been turned, and a pause, as the end of all, for turning it back.
    for (let notch = 1; notch <= 60; notch += 1) wheel.scroll({ ...at, deltaX: 0, deltaY: 120 * notch, duration: 50 })
    await record(browser)
    await wheel.perform(true)
    tell('wheel', await frames(browser))

    // The page scrolls itself, a few pixels a frame: what a touchpad does.
    await record(browser)
    await browser.executeAsync((done) => {
      const table = document.querySelector('[data-testid="samples-table"]')
      const end = performance.now() + 5_000
      const step = () => {
        table.scrollTop += 40
        if (performance.now() < end) requestAnimationFrame(step)
        else done()
      }
      requestAnimationFrame(step)
    })
    tell('40 pixels a frame', await frames(browser))

    const bar = { x: Math.round(left + width - 5), y: Math.round(top + 60) }
    const drag = browser.action('pointer').move({ ...bar, duration: 0 }).pause(300).down().pause(50)
    const distance = height - 120
    for (let step = 1; step <= 90; step += 1) drag.move({ x: bar.x, y: Math.round(bar.y + (distance * step) / 90), duration: 0 }).pause(33)
    await browser.execute(() => (document.querySelector('[data-testid="samples-table"]').scrollTop = 0))
    await browser.pause(500)
    await record(browser)
    await drag.up().perform()
    tell('bar dragged', await frames(browser))

    // The same without a bar that can be taken hold of: a ninetieth of all rows at a time.
    await browser.execute(() => (document.querySelector('[data-testid="samples-table"]').scrollTop = 0))
    await browser.pause(500)
    await record(browser)
    await browser.executeAsync((done) => {
      const table = document.querySelector('[data-testid="samples-table"]')
      const start = performance.now()
      const step = () => {
        const part = (performance.now() - start) / 3_000
        table.scrollTop = part * table.scrollHeight
        if (part < 1) requestAnimationFrame(step)
        else done()
      }
      requestAnimationFrame(step)
    })
    tell('from end to end in three seconds', await frames(browser))
  })

  it('are found, filtered and sorted', async () => {
    const settled = () => document.querySelector('[data-testid="samples-table"]').getAttribute('aria-busy') === 'false' && / found/.test(document.querySelector('[data-testid="samples-total"]').textContent)
    const search = async (text) => {
      const field = await byId(browser, 'samples-search')
      await field.setValue(text)
      const took = await timed(browser, 'submit', settled, async () => browser.keys('Enter'))
      return { ms: took, found: await browser.execute(() => document.querySelector('[data-testid="samples-total"]').textContent) }
    }
    const unfiltered = async () => {
      await browser.execute(() => (window.location.hash = '#/samples'))
      await browser.waitUntil(async () => await browser.execute(() => !/ found/.test(document.querySelector('[data-testid="samples-total"]').textContent)))
      await browser.pause(500)
    }
    for (const text of ['threshold shortest palindrome', 'IndexError', 'nowhere to be found']) {
      tell('search', { text, ...(await search(text)) })
      await unfiltered()
    }
    await (await byId(browser, 'filter-verdict')).click()
    const filter = await timed(browser, 'change', settled, async () => (await byId(browser, 'filter-verdict-failed')).click())
    tell('filter by verdict, ms', { filter })
    await unfiltered()
    const sortedBy = async (title) => {
      const took = await timed(browser, 'click', () => document.querySelector('[data-testid="samples-table"] [aria-sort]') !== null && document.querySelector('[data-testid="samples-table"]').getAttribute('aria-busy') === 'false', async () =>
        (await browser.$(`button.th-sort=${title}`)).click(),
      )
      await unfiltered()
      return took
    }
    tell('sort, ms', { problem: await sortedBy('Problem'), ran: await sortedBy('Ran') })
  })

  it('are opened one after the other', async () => {
    const shown = () => {
      const pane = document.querySelector('[data-testid="sample-detail"]')
      const at = document.querySelector('[data-testid="samples-row"][aria-selected="true"]')
      return pane !== null && pane.getAttribute('aria-busy') === 'false' && at !== null && at.dataset.sample !== window.before
    }
    const press = async (key) => {
      await browser.execute(() => (window.before = document.querySelector('[data-testid="samples-row"][aria-selected="true"]')?.dataset.sample))
      return await timed(browser, 'keydown', shown, async () => browser.keys(key))
    }
    const steps = []
    for (let step = 0; step < 10; step += 1) steps.push(await press('j'))
    tell('from j to the sample, ms', { steps })
    await browser.keys('Escape')
  })

  it('take memory', async () => {
    const all = processes(app.data)
    tell('memory', { total_mb: all.reduce((sum, { pss_mb }) => sum + pss_mb, 0), processes: all })
  })
})
