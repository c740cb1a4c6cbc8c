import { IpcError } from '../error'
import type { Ipc, Listen } from '../ipc'
import type { DeletedRun, MergePreview, RunSummary, SavedView, SplitBy, SplitPreview, TaskProgress } from '../types'
import { copyRows, failuresOf, summarise, type FakeRun } from './data'

interface Means {
  runs: Map<string, FakeRun>
  need: (id: string) => FakeRun
  pause: (ms: number) => Promise<void>
  /** With views, a deleted and an archived run, notes and tags. */
  full: boolean
}

type Upkeep = Pick<
  Ipc,
  | 'renameRun'
  | 'noteRun'
  | 'tagRuns'
  | 'archiveRuns'
  | 'deleteRuns'
  | 'restoreRuns'
  | 'listDeletedRuns'
  | 'purgeRuns'
  | 'planMerge'
  | 'mergeRuns'
  | 'planSplit'
  | 'splitRun'
  | 'undoRegroup'
  | 'listViews'
  | 'saveView'
  | 'renameView'
  | 'moveView'
  | 'deleteView'
>

const DAY = 86_400_000

/** What people make of their runs, as the program does it. */
export function fakeUpkeep({ runs, need, pause, full }: Means): Upkeep & { cancel: (task: string) => void } {
  const deleted = new Map<string, { run: FakeRun; at: number }>()
  const stopped = new Set<string>()
  let made = 0
  let views: SavedView[] = []
  let nextView = 1
  const keepView = (name: string, address: string): SavedView => {
    const view: SavedView = { id: nextView, name, page: /^\/([a-z-]*)/.exec(address)?.[1] || 'overview', address, created_at: new Date().toISOString() }
    nextView += 1
    views = [...views, view]
    return view
  }
  if (full) {
    keepView('Paper, table 2', '/compare?runs=r2,r3,r4')
    keepView('What went wrong on HumanEval', '/samples?runs=r2&verdicts=failed,exception')
    keepView('Runs of the paper', '/runs?tags=paper')
    const set = (id: string, part: Partial<RunSummary>) => {
      const run = runs.get(id)
      if (run) Object.assign(run.detail.summary, part)
    }
    set('r2', { tags: ['baseline', 'paper'], note: 'The baseline of the paper: greedy, one sample a problem.\nDo not run it again with another image.' })
    set('r3', { tags: ['paper'] })
    set('r4', { tags: ['paper', 'prompt study'] })
    set('r8', { archived: true, tags: ['prompt study'] })
  }

  const put = (run: FakeRun, part: Partial<RunSummary>) => void (run.detail.summary = { ...run.detail.summary, ...part })
  const busy = (run: FakeRun) => {
    if (run.detail.summary.status === 'running') throw new IpcError({ code: 'run-busy', message: `run ${run.detail.summary.id} is being worked on`, hint: 'wait for it to end, or cancel it first' })
  }
  const step = async (task: string, on: Listen<TaskProgress>, samples: number) => {
    for (let i = 0; i <= 10; i += 1) {
      if (stopped.has(task)) throw new IpcError({ code: 'cancelled', message: 'it was cancelled, and nothing was changed', hint: null })
      on({ message: `${Math.round((samples * i) / 10)} of ${samples} samples copied`, fraction: i / 10 })
      await pause(60)
    }
  }
  const source = (run: FakeRun) => {
    const { id, name, status } = run.detail.summary
    return { run: id, name, status, samples: run.rows.length }
  }
  const outstanding = (rows: FakeRun['rows']) => rows.filter((r) => r.stage !== 'done').length

  const planMerge = (ids: readonly string[]): MergePreview => {
    const all = [...new Set(ids)].map(need).sort((a, b) => a.detail.summary.created_at.localeCompare(b.detail.summary.created_at))
    all.forEach(busy)
    const [first] = all
    if (!first || all.length < 2) throw new IpcError({ code: 'bad-merge', message: 'merging takes two runs or more', hint: 'choose another run' })
    const of = (r: FakeRun) => `'${r.detail.summary.name}' is of ${r.detail.summary.dataset} ${r.detail.summary.dataset_version}`
    const other = all.find((r) => r.detail.summary.dataset !== first.detail.summary.dataset)
    if (other) throw new IpcError({ code: 'runs-differ', message: `the runs are not of one version of one data set: ${of(first)}, ${of(other)}`, hint: 'choose runs of one data set and version' })
    const seen = new Set<string>()
    const following = all.flatMap((run) => {
      const moved = new Map<string, { samples: number; problems: Set<string> }>()
      for (const row of run.rows) {
        if (!seen.has(`${row.model} ${row.problem}`)) continue
        const at = moved.get(row.model) ?? { samples: 0, problems: new Set() }
        at.samples += 1
        at.problems.add(row.problem)
        moved.set(row.model, at)
      }
      for (const row of run.rows) seen.add(`${row.model} ${row.problem}`)
      return [...moved].map(([model, m]) => ({ run: run.detail.summary.id, model, language: 'python', problems: m.problems.size, samples: m.samples, same_seed: false }))
    })
    const differences = (
      [
        ['strategy', (r) => r.detail.spec.strategy],
        ['temperature', (r) => String(r.detail.spec.sampling.temperature)],
      ] as readonly [string, (r: FakeRun) => string][]
    )
      .map(([what, value]) => ({ what, values: all.map(value) }))
      .filter((d) => new Set(d.values).size > 1)
    const rows = all.flatMap((r) => r.rows)
    return {
      name: `${first.detail.summary.name} and ${all.length - 1} more, merged`,
      sources: all.map(source),
      dataset: first.detail.summary.dataset,
      dataset_version: first.detail.summary.dataset_version,
      models: [...new Set(rows.map((r) => r.model))],
      languages: ['python'],
      strategies: [...new Set(rows.map((r) => r.strategy))],
      samples: rows.length,
      outstanding: outstanding(rows),
      following,
      differences,
    }
  }

  const planSplit = (id: string, by: SplitBy): SplitPreview => {
    const run = need(id)
    busy(run)
    const key = (row: FakeRun['rows'][number]) => (by === 'model' ? row.model : row.language)
    const keys = [...new Set(run.rows.map(key))]
    if (keys.length < 2) throw new IpcError({ code: 'bad-split', message: `run ${id} has only one ${by}`, hint: 'choose a run of several, or split it by something else' })
    return {
      source: source(run),
      by,
      parts: keys.map((k) => {
        const rows = run.rows.filter((r) => key(r) === k)
        return { key: k, name: `${run.detail.summary.name}: ${k.replace(/^[a-z]+:|@.*$/g, '')}`, samples: rows.length, outstanding: outstanding(rows) }
      }),
    }
  }

  const make = (sources: readonly FakeRun[], rows: FakeRun['rows'], origin: 'merged' | 'split', name: string, note: string): string => {
    made += 1
    const id = `m${made}`
    const [first] = sources
    if (!first) throw new Error('a run is made of others')
    const own = copyRows(id, rows)
    const summary = summarise({ ...first.detail.summary, id, name, origin, status: outstanding(own) === 0 ? 'completed' : 'cancelled', created: new Date().toISOString(), finished: new Date().toISOString(), models: [...new Set(own.map((r) => r.model))], note, tags: [], archived: false }, own, 60)
    runs.set(id, { rows: own, detail: { ...first.detail, summary, command: null, differences: [], failures: failuresOf(own), sources: sources.map((s) => ({ run: s.detail.summary.id, name: s.detail.summary.name, samples: s.rows.length, there: true })) } })
    for (const s of sources) put(s, { archived: true })
    return id
  }

  return {
    cancel: (task) => void stopped.add(task),
    renameRun: async (id, name) => put(need(id), { name: name.trim() }),
    noteRun: async (id, note) => put(need(id), { note: note.trim() === '' ? null : note.trim() }),
    tagRuns: async (ids, add, remove) => {
      for (const run of ids.map(need)) {
        const same = (a: string) => (b: string) => a.toLowerCase() === b.toLowerCase()
        const kept = run.detail.summary.tags.filter((t) => !remove.some(same(t)))
        const tags = [...kept, ...add.filter((t) => !kept.some(same(t)))].sort((a, b) => a.localeCompare(b))
        put(run, { tags })
      }
    },
    archiveRuns: async (ids, archived) => {
      const all = ids.map(need)
      if (archived) all.forEach(busy)
      for (const run of all) put(run, { archived })
    },
    deleteRuns: async (ids) => {
      const all = ids.map(need)
      all.forEach(busy)
      for (const run of all) {
        deleted.set(run.detail.summary.id, { run, at: Date.now() })
        runs.delete(run.detail.summary.id)
      }
    },
    restoreRuns: async (ids) => {
      for (const id of ids) {
        const found = deleted.get(id)
        if (!found) throw new IpcError({ code: 'run-not-found', message: `no run has the id ${id}`, hint: 'list the runs to see their ids' })
        runs.set(id, found.run)
        deleted.delete(id)
      }
    },
    listDeletedRuns: async () =>
      [...deleted.values()].map(({ run, at }): DeletedRun => {
        const { id, name, dataset, models } = run.detail.summary
        return { id, name, dataset, models, samples: run.rows.length, deleted_at: new Date(at).toISOString(), gone_at: new Date(at + 30 * DAY).toISOString() }
      }),
    purgeRuns: async (ids) => ids.filter((id) => deleted.delete(id)),
    planMerge: async (ids) => (await pause(60), planMerge(ids)),
    mergeRuns: async (ids, name, task, on) => {
      const plan = planMerge(ids)
      await step(task, on, plan.samples)
      const sources = plan.sources.map((s) => need(s.run))
      return make(sources, sources.flatMap((s) => s.rows), 'merged', name ?? plan.name, `Merged of ${plan.sources.map((s) => `“${s.name}” (${s.run})`).join(', ')}.`)
    },
    planSplit: async (id, by) => (await pause(60), planSplit(id, by)),
    splitRun: async (id, by, task, on) => {
      const plan = planSplit(id, by)
      await step(task, on, plan.source.samples)
      const run = need(id)
      return plan.parts.map((part) => make([run], run.rows.filter((r) => (by === 'model' ? r.model : r.language) === part.key), 'split', part.name, `Split from “${plan.source.name}” (${id}).`))
    },
    undoRegroup: async (ids) => {
      const back = [...new Set(ids.flatMap((id) => need(id).detail.sources.map((s) => s.run)))]
      for (const id of ids) {
        deleted.set(id, { run: need(id), at: Date.now() })
        runs.delete(id)
      }
      for (const id of back) put(need(id), { archived: false })
      return back
    },
    listViews: async () => views,
    saveView: async (name, address, replace) => {
      const there = views.find((v) => v.name.toLowerCase() === name.trim().toLowerCase())
      if (!there) return keepView(name.trim(), address)
      if (!replace) throw new IpcError({ code: 'view-exists', message: `a view is called '${name}' already`, hint: 'choose another name, or replace it' })
      const view = { ...there, address }
      views = views.map((v) => (v === there ? view : v))
      return view
    },
    renameView: async (id, name) => {
      if (views.some((v) => v.id !== id && v.name.toLowerCase() === name.toLowerCase())) throw new IpcError({ code: 'view-exists', message: `a view is called '${name}' already`, hint: 'choose another name, or replace it' })
      views = views.map((v) => (v.id === id ? { ...v, name } : v))
    },
    moveView: async (id, to) => {
      const view = views.find((v) => v.id === id)
      if (!view) return
      const rest = views.filter((v) => v !== view)
      views = [...rest.slice(0, to), view, ...rest.slice(to)]
    },
    deleteView: async (id) => void (views = views.filter((v) => v.id !== id)),
  }
}
