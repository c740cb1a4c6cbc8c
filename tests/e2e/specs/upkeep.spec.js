// What people make of their runs, in the real window over the example runs it brings along: tags, a note, the archive,
// a merge and a split with undo, deletion with undo, and a saved view.
import assert from 'node:assert/strict'
import { byId, dataFolder, go, open, press, screenshot, setTheme, textOf } from '../support/application.js'

describe('upkeep of runs, and saved views', () => {
  let app
  let browser

  before(async () => {
    app = await open(dataFolder())
    browser = app.browser
    await go(browser, 'runs')
    await byId(browser, 'runs-row')
  })

  after(async () => {
    await app?.close()
  })

  const rows = async () => await browser.execute(() => [...document.querySelectorAll('[data-testid="runs-row"]')].map((row) => ({ id: row.dataset.key, text: row.textContent })))

  async function until(what, condition) {
    await browser.waitUntil(condition, { timeout: 30_000, timeoutMsg: `${what} does not come about` })
  }

  async function pictures(name) {
    await screenshot(browser, `${name}-light`)
    await setTheme(browser, 'dark')
    await screenshot(browser, `${name}-dark`)
    await setTheme(browser, 'light')
  }

  async function choose(ids) {
    for (const id of ids) await press(browser, `choose-${id}`)
    await press(browser, 'runs-menu')
  }

  it('writes tags and a note, and filters by them', async () => {
    const [first] = await rows()
    await press(browser, `run-menu-${first.id}`)
    await pictures('runs-menu')
    await press(browser, 'upkeep-tags')
    await (await byId(browser, 'tags-input')).setValue('paper')
    await browser.keys(['Enter'])
    await press(browser, 'tags-save')
    await until('the tag', async () => (await rows()).some((row) => row.id === first.id && row.text.includes('paper')))
    await press(browser, `run-menu-${first.id}`)
    await press(browser, 'upkeep-note')
    await (await byId(browser, 'note-input')).setValue('seen in the window')
    await press(browser, 'note-save')
    await until('the note', async () => (await rows()).some((row) => row.id === first.id && row.text.includes('seen in the window')))
    await press(browser, 'runs-tag')
    await press(browser, 'runs-tag-paper')
    await until('the filter', async () => (await rows()).length === 1)
    assert.match(await browser.getUrl(), /tags=paper/)
  })

  it('keeps that view by a name, and leads back to it', async () => {
    await press(browser, 'save-view')
    await (await byId(browser, 'save-view-name')).setValue('Of the paper')
    await press(browser, 'save-view-yes')
    await byId(browser, 'view-link')
    await go(browser, 'settings')
    await press(browser, 'view-link')
    await until('the view', async () => (await rows()).length === 1)
    await pictures('runs-view')
    await press(browser, 'runs-clear')
    await until('all runs', async () => (await rows()).length > 1)
  })

  it('merges runs of one data set, says what it will make, and takes it back', async () => {
    const before = await rows()
    await choose(before.map((row) => row.id))
    await press(browser, 'upkeep-merge')
    const said = await textOf(browser, await byId(browser, 'merge-summary'))
    assert.match(said, /\d+ samples/)
    await pictures('runs-merge')
    await press(browser, 'merge-yes')
    await until('the merge', async () => (await rows()).length === 1)
    assert.match((await rows())[0].text, /Merged/)
    await byId(browser, 'toast-action')
    await browser.keys(['Control', 'z'])
    await until('the sources', async () => (await rows()).length === before.length)
  })

  it('splits a merged run by model', async () => {
    const before = await rows()
    await choose(before.map((row) => row.id))
    await press(browser, 'upkeep-merge')
    await press(browser, 'merge-yes')
    await until('the merge', async () => (await rows()).length === 1)
    const [merged] = await rows()
    await press(browser, `run-menu-${merged.id}`)
    await press(browser, 'upkeep-split')
    await byId(browser, 'split-summary')
    await pictures('runs-split')
    await press(browser, 'split-yes')
    await until('the split', async () => (await rows()).every((row) => row.text.includes('Split')))
    await press(browser, 'runs-archived')
    await until('the archive', async () => (await rows()).length === before.length + 1)
    await press(browser, 'runs-current')
    await until('the parts', async () => (await rows()).every((row) => row.text.includes('Split')))
  })

  it('deletes at once, and brings back from the list of what was deleted', async () => {
    const before = await rows()
    await press(browser, `run-menu-${before[0].id}`)
    await press(browser, 'upkeep-delete')
    await until('the deletion', async () => (await rows()).length === before.length - 1)
    await pictures('runs-undo')
    await byId(browser, 'toast-action')
    await browser.keys(['Control', 'z'])
    await until('the undo', async () => (await rows()).length === before.length)
    await press(browser, `run-menu-${before[0].id}`)
    await press(browser, 'upkeep-delete')
    await until('the deletion', async () => (await rows()).length === before.length - 1)
    await press(browser, 'runs-deleted')
    await byId(browser, 'deleted-row')
    await pictures('runs-deleted')
    await press(browser, `restore-${before[0].id}`)
    await press(browser, 'runs-current')
    await until('the restored run', async () => (await rows()).length === before.length)
  })
})
