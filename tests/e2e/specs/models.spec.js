// Models, strategies and cleaned samples, by clicking in the real window: a program of one's own is added and
// answers a test prompt; a strategy is copied, spoilt, mended and looked at; a sample says how it was cleaned.
import assert from 'node:assert/strict'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { byId, go, open, press, screenshot, setTheme, textOf } from '../support/application.js'

// Answers each JSON line in two pieces, then says how many tokens it took.
const PROGRAM = `#!/usr/bin/env python3
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    if "prompt" not in asked:
        continue
    for piece in ("def add(a, b):\\n", "    return a + b\\n"):
        print(json.dumps({"id": asked["id"], "delta": piece}), flush=True)
    print(json.dumps({"id": asked["id"], "finish": "stop", "prompt_tokens": 7, "completion_tokens": 11}), flush=True)
`

describe('models, strategies and cleaning', () => {
  let app
  let browser

  before(async () => {
    app = await open()
    browser = app.browser
  })

  after(async () => {
    await app?.close()
  })

  async function library(tab) {
    await go(browser, 'library')
    await press(browser, `library-${tab}`)
  }

  /** Waits for an element of that id to say it; the page may put another in its place meanwhile. */
  async function says(id, pattern, timeout = 30_000) {
    let said = ''
    await browser.waitUntil(
      async () => {
        const element = await browser.$(`[data-testid="${id}"]`)
        said = (await element.isExisting()) ? await textOf(browser, element) : ''
        return pattern.test(said)
      },
      { timeout, timeoutMsg: `${id} does not say ${pattern}` },
    )
    return said
  }

  describe('a strategy', () => {
    it('that ships with the program is copied under a name of one’s own', async () => {
      await library('strategies')
      await press(browser, 'strategy-instruct')
      assert.equal(await browser.$('[data-testid="strategy-edit"]').isExisting(), false)
      await press(browser, 'strategy-duplicate')
      await fill(await byId(browser, 'strategy-new-id'), 'instruct-mine')
      await press(browser, 'strategy-duplicate-yes')
      await byId(browser, 'strategy-instruct-mine')
      await byId(browser, 'strategy-edit')
      assert.ok(existsSync(path.join(app.data, 'strategies', 'instruct-mine.toml')))
    })

    it('that is wrong is not kept, and says in which line and field', async () => {
      const file = path.join(app.data, 'strategies', 'instruct-mine.toml')
      const before = readFileSync(file, 'utf8')
      await press(browser, 'strategy-edit')
      await type('strategy-text', before.replace('kind = "chat"', 'kind = "chatty"'))
      await press(browser, 'strategy-save')
      const said = await says('strategy-error', /chatty/)
      assert.match(said, /line \d+/)
      assert.match(said, /field/)
      assert.equal(readFileSync(file, 'utf8'), before)
      await screenshot(browser, 'strategy-error-light')
      await setTheme(browser, 'dark')
      await screenshot(browser, 'strategy-error-dark')
      await setTheme(browser, 'light')
    })

    it('that is mended is kept, and shows the exact prompt', async () => {
      const file = path.join(app.data, 'strategies', 'instruct-mine.toml')
      const before = readFileSync(file, 'utf8')
      await type('strategy-text', before.replace(/^title = .*$/m, 'title = "Mine"'))
      await press(browser, 'strategy-save')
      await says('strategy-instruct-mine', /Mine/)
      assert.match(readFileSync(file, 'utf8'), /^title = "Mine"$/m)
      await (await byId(browser, 'preview-dataset')).selectByAttribute('value', 'humaneval')
      await (await byId(browser, 'preview-model')).selectByAttribute('value', 'local:smollm2-135m')
      await says('preview-text', /has_close_elements/)
      await says('preview-facts', /smollm2/i)
      await screenshot(browser, 'strategy-preview-light')
      await setTheme(browser, 'dark')
      await screenshot(browser, 'strategy-preview-dark')
      await setTheme(browser, 'light')
    })

    it('of one’s own can be chosen for a run, and is deleted when its person says so twice', async () => {
      await go(browser, 'evaluate')
      await press(browser, 'evaluate-strategy-instruct-mine')
      await press(browser, 'evaluate-preview')
      await says('evaluate-preview-dialog', /Turn|User/)
      await browser.keys(['Escape'])
      await library('strategies')
      await press(browser, 'strategy-instruct-mine')
      await press(browser, 'strategy-delete')
      await press(browser, 'strategy-delete-confirm-yes')
      await browser.waitUntil(() => !existsSync(path.join(app.data, 'strategies', 'instruct-mine.toml')), { timeout: 10_000 })
    })
  })

  describe('a sample', () => {
    it('names the rule it was cleaned by, and has both flags', async () => {
      await go(browser, 'samples')
      await press(browser, 'filter-verdict')
      await press(browser, 'filter-verdict-passed')
      await browser.keys(['Escape'])
      await (await byId(browser, 'samples-row')).click()
      const verdict = await says('sample-verdict', /Request: /)
      assert.match(verdict, /Request: answered/)
      assert.match(verdict, /Code: usable code/)
      await press(browser, 'sample-tab-diff')
      const rule = await byId(browser, 'sample-rule')
      const name = await rule.getAttribute('data-rule')
      assert.match(name, /^[a-z_]+$/)
      const words = await textOf(browser, rule)
      assert.ok(words.includes(name))
      assert.doesNotMatch(words, /no description/, `the rule ${name} is not described`)
      await byId(browser, 'sample-diff')
      await screenshot(browser, 'sample-cleaning')
      await browser.keys(['Escape'])
    })
  })

  describe('a program of one’s own', () => {
    it('is added, and answers a test prompt piece by piece', async () => {
      const program = path.join(app.data, 'my model.py')
      writeFileSync(program, PROGRAM)
      chmodSync(program, 0o755)
      await library('models')
      await press(browser, 'custom-add-program')
      await fill(await byId(browser, 'custom-name'), 'mine')
      await fill(await byId(browser, 'custom-command'), `python3 '${program}'`)
      await press(browser, 'custom-save-test')
      await says('test-prompt-answer', /return a \+ b/)
      const facts = await says('test-prompt-facts', /written/)
      assert.match(facts, /7 read, 11 written/)
      await screenshot(browser, 'custom-program-light')
      await setTheme(browser, 'dark')
      await screenshot(browser, 'custom-program-dark')
      await setTheme(browser, 'light')
      await press(browser, 'custom-close')
      assert.match(await says('custom-program:mine', /my model\.py/), /chat/)
      assert.match(readFileSync(path.join(app.data, 'providers.toml'), 'utf8'), /my model\.py/)
    })

    it('that does not start says so, and what to do', async () => {
      await press(browser, 'custom-edit-program:mine')
      await fill(await byId(browser, 'custom-command'), '/nowhere/to/be/found')
      await press(browser, 'custom-save-test')
      await says('test-prompt-error', /nowhere/)
      await press(browser, 'custom-close')
      await press(browser, 'custom-remove-program:mine')
      await press(browser, 'custom-remove-confirm-yes')
      const row = await browser.$('[data-testid="custom-program:mine"]')
      await row.waitForExist({ reverse: true, timeout: 10_000 })
    })
  })

  /** React hears of a value only through the element's own setter. */
  async function type(id, text) {
    const area = await byId(browser, id)
    await browser.execute(
      (node, value) => {
        const { set } = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')
        set.call(node, value)
        node.dispatchEvent(new Event('input', { bubbles: true }))
      },
      area,
      text,
    )
  }
})

async function fill(input, text) {
  await input.scrollIntoView({ block: 'center' })
  await input.click()
  await input.clearValue()
  await input.setValue(text)
}
