// The real application under a real WebDriver: tauri-driver in front of WebKitWebDriver, the store in a
// folder of its own, models and data sets linked from the read-only test data.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { remote } from 'webdriverio'

/** @returns {number} how many example runs come with the program */
export function exampleRuns() {
  const folder = new URL('../../../crates/assay-app/assets/sample-workspace', import.meta.url)
  return readdirSync(folder).filter((name) => name.endsWith('.gz')).length
}

/** @returns {Promise<number>} a port of the loopback interface that nobody listens on */
async function freePort() {
  return await new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

async function answers(port, seconds) {
  const end = Date.now() + seconds * 1000
  while (Date.now() < end) {
    try {
      const reply = await fetch(`http://127.0.0.1:${port}/status`)
      if (reply.ok) return
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`tauri-driver does not answer at port ${port}`)
}

function required(name) {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set; run the tests through ./scripts/test`)
  return value
}

/** A data folder for one test file, with the downloads that tests only read. */
export function dataFolder() {
  const folder = mkdtempSync(path.join(tmpdir(), 'assay-e2e-'))
  const shared = required('ASSAY_TEST_DATA')
  for (const part of ['models', 'datasets']) {
    const from = path.join(shared, part)
    if (!existsSync(from)) throw new Error(`${from} is missing; run ./scripts/test`)
    symlinkSync(from, path.join(folder, part))
  }
  return folder
}

/** Opens the window. `close` ends everything that was started here. */
export async function open(data = dataFolder()) {
  const driverPort = await freePort()
  const nativePort = await freePort()
  const driver = spawn(
    'tauri-driver',
    ['--port', String(driverPort), '--native-port', String(nativePort)],
    { env: { ...process.env, ASSAY_DATA_DIR: data }, stdio: ['ignore', 'inherit', 'inherit'] },
  )
  try {
    await answers(driverPort, 20)
    const browser = await remote({
      hostname: '127.0.0.1',
      port: driverPort,
      logLevel: 'error',
      connectionRetryCount: 0,
      capabilities: {
        'wdio:enforceWebDriverClassic': true,
        'tauri:options': { application: required('ASSAY_DESKTOP_BIN') },
      },
    })
    return {
      browser,
      data,
      async close({ keepData = false } = {}) {
        try {
          await browser.deleteSession()
        } finally {
          driver.kill('SIGTERM')
          if (!keepData) rmSync(data, { recursive: true, force: true })
        }
      },
    }
  } catch (error) {
    driver.kill('SIGTERM')
    throw error
  }
}

/** The element with this test id, once it is there. */
export async function byId(browser, id, timeout = 20_000) {
  const element = await browser.$(`[data-testid="${id}"]`)
  await element.waitForExist({ timeout, timeoutMsg: `no element with the test id ${id}` })
  return element
}

/**
 * Pictures of the screen go to ASSAY_SCREENSHOTS when it is set, for people to look at. They are taken of
 * the X display (ImageMagick's `import`): WebKitWebDriver's own screenshots wait for a frame that a page at
 * rest never draws.
 */
export async function screenshot(browser, name) {
  const folder = process.env.ASSAY_SCREENSHOTS
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  await browser.pause(300)
  const taken = spawnSync('import', ['-window', 'root', path.join(folder, `${name}.png`)])
  if (taken.status !== 0) throw new Error(`no picture could be taken: ${taken.stderr}`)
}

/** Goes to a page by its link in the side bar. */
export async function go(browser, page) {
  await (await byId(browser, `nav-${page}`)).click()
  await byId(browser, `page-${page}`)
}

/** Shows the window in a theme without leaving the page. */
export async function setTheme(browser, theme) {
  if (!process.env.ASSAY_SCREENSHOTS) return
  await browser.execute((name) => document.documentElement.setAttribute('data-theme', name), theme)
  await browser.pause(150)
}

/** Clicks what a person would click: a hidden radio button or check box by its label. */
export async function press(browser, id) {
  const element = await byId(browser, id)
  const label = await element.$('./ancestor::label')
  const target = (await label.isExisting()) ? label : element
  await target.scrollIntoView({ block: 'center' })
  await target.click()
}

/** What stands in an element, cut off by its column's width or not. */
export async function textOf(browser, element) {
  return await browser.execute((node) => node.textContent, element)
}
