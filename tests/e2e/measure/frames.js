// How smooth the real window is while a run with 20 workers is on: frames a second, and the longest time without one,
// at rest and on the live page. A measurement, not a test; it wants a machine that does nothing else.
//
//   ASSAY_DESKTOP_BIN=… ASSAY_CLI_BIN=… ASSAY_TEST_DATA=… xvfb-run -a npm run measure
import { spawn } from 'node:child_process'
import { byId, dataFolder, go, open, press, screenshot } from '../support/application.js'

const SECONDS = 10

/** Frames of the page over some seconds: how many a second, and the longest gaps between two, in milliseconds. */
async function frames(browser, scroll = false) {
  return await browser.executeAsync(
    (seconds, scrolls, done) => {
      const times = []
      const end = performance.now() + seconds * 1000
      const step = (now) => {
        times.push(now)
        if (scrolls) document.querySelector('main')?.scrollBy(0, times.length % 120 < 60 ? 12 : -12)
        if (now < end) requestAnimationFrame(step)
        else {
          const gaps = times.slice(1).map((time, at) => time - times[at]).sort((a, b) => a - b)
          const over = (limit) => gaps.filter((gap) => gap > limit).length
          done({
            perSecond: Math.round((gaps.length / (times.at(-1) - times[0])) * 10_000) / 10,
            median: gaps[Math.floor(gaps.length / 2)],
            p99: gaps[Math.floor(gaps.length * 0.99)],
            longest: gaps.at(-1),
            over20: over(20),
            over50: over(50),
          })
        }
      }
      requestAnimationFrame(step)
    },
    SECONDS,
    scroll,
  )
}

describe('frames of the window', () => {
  let app
  let browser
  let server
  let url

  before(async () => {
    const data = dataFolder()
    server = spawn(process.env.ASSAY_CLI_BIN, ['--data-dir', data, 'bench', 'respond', '--dataset', 'humaneval'], { stdio: ['ignore', 'pipe', 'inherit'] })
    url = await new Promise((resolve) => {
      server.stdout.on('data', (text) => {
        const found = /http:\S+/.exec(String(text))
        if (found) resolve(found[0])
      })
    })
    app = await open(data)
    browser = app.browser
  })

  after(async () => {
    server?.kill('SIGTERM')
    await app?.close()
  })

  const tell = (name, figures) => console.log(JSON.stringify({ name, ...figures }))

  it('while 20 workers are busy', async () => {
    await browser.setTimeout({ script: 60_000 })
    await go(browser, 'health')
    tell('at rest', await frames(browser))
    // Two models with 16 requests each at once: more than 20 workers, and as many programs as there are processors.
    await browser.execute((models) => {
      window.location.hash = `#/evaluate?models=${models.map(encodeURIComponent).join(',')}&dataset=humaneval`
    }, [`openai:one@${url}`, `openai:two@${url}`])
    await press(browser, 'evaluate-problems-all')
    const samples = await byId(browser, 'evaluate-samples')
    await samples.setValue('50')
    const temperature = await byId(browser, 'evaluate-temperature')
    await temperature.setValue('0.8')
    const launch = await byId(browser, 'evaluate-launch')
    await launch.waitForEnabled({ timeout: 30_000 })
    await launch.click()
    await byId(browser, 'run-status')
    await browser.pause(4_000)
    tell('live page', await frames(browser))
    tell('live page, scrolled', await frames(browser, true))
    const place = await browser.execute(() => window.location.hash)
    await go(browser, 'settings')
    tell('another page', await frames(browser))
    await browser.execute((hash) => {
      window.location.hash = hash
    }, place)
    await press(browser, 'run-pause')
    await browser.pause(4_000)
    tell('live page, paused', await frames(browser))
    const done = await browser.execute(() => document.querySelector('[data-testid="run-done"]')?.textContent)
    const status = await browser.execute(() => document.querySelector('[data-testid="run-status"]')?.textContent)
    tell('run', { status, done })
    await screenshot(browser, 'measured')
  })
})
