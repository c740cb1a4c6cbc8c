import { Channel } from '@tauri-apps/api/core'
import { open, save } from '@tauri-apps/plugin-dialog'
import { commands } from '../bindings'
import { IpcError } from './error'
import type { Ipc, Listen } from './ipc'
import type { ErrorInfo } from './types'

type Answer<T> = { status: 'ok'; data: T } | { status: 'error'; error: ErrorInfo }

async function unwrap<T>(answer: Promise<Answer<T>>): Promise<T> {
  const result = await answer
  if (result.status === 'error') throw new IpcError(result.error)
  return result.data
}

async function done(answer: Promise<Answer<null>>): Promise<void> {
  await unwrap(answer)
}

function channel<T>(on: Listen<T>): Channel<T> {
  const made = new Channel<T>()
  made.onmessage = on
  return made
}

/** The program behind the window. */
export const tauriIpc: Ipc = {
  appStatus: () => unwrap(commands.appStatus()),

  listModels: () => unwrap(commands.listModels()),
  addModel: (reference) => unwrap(commands.addModel(reference)),
  removeModel: (reference) => done(commands.removeModel(reference)),
  checkModel: (reference) => unwrap(commands.checkModel(reference)),
  pullModel: (id, task, on) => unwrap(commands.pullModel(id, task, channel(on))),

  listProviders: () => unwrap(commands.listProviders()),
  providerModels: (provider, url, task) => unwrap(commands.providerModels(provider, url, task)),
  testPrompt: (reference, text, task, on) => unwrap(commands.testPrompt(reference, text, task, channel(on))),
  listCustomProviders: () => unwrap(commands.listCustomProviders()),
  saveCustomProvider: (provider) => done(commands.saveCustomProvider(provider)),
  removeCustomProvider: (id) => done(commands.removeCustomProvider(id)),

  listKeys: () => unwrap(commands.listKeys()),
  setKey: (variable, key) => unwrap(commands.setKey(variable, key)),
  forgetKey: (variable) => unwrap(commands.forgetKey(variable)),
  keyVariable: (url) => unwrap(commands.keyVariable(url)),

  listStrategies: () => unwrap(commands.listStrategies()),
  strategySource: (id) => unwrap(commands.strategySource(id)),
  saveStrategy: (id, text) => unwrap(commands.saveStrategy(id, text)),
  duplicateStrategy: (id, newId) => unwrap(commands.duplicateStrategy(id, newId)),
  deleteStrategy: (id) => done(commands.deleteStrategy(id)),
  previewPrompt: (request) => unwrap(commands.previewPrompt(request)),

  listDatasets: () => unwrap(commands.listDatasets()),
  pullDataset: (id, task, on) => unwrap(commands.pullDataset(id, task, channel(on))),
  verifyDataset: (id) => unwrap(commands.verifyDataset(id)),
  importDataset: (path, id) => unwrap(commands.importDataset(path, id)),
  listProblems: (dataset) => unwrap(commands.listProblems(dataset)),

  buildSandbox: (language, again, task, on) => done(commands.buildSandbox(language, again, task, channel(on))),
  sandboxGauges: () => unwrap(commands.sandboxGauges()),
  doctor: () => unwrap(commands.doctor()),
  cancelTask: (task) => unwrap(commands.cancelTask(task)),

  getSettings: () => unwrap(commands.getSettings()),
  setSettings: (settings) => done(commands.setSettings(settings)),

  health: () => unwrap(commands.health()),
  caches: () => unwrap(commands.caches()),
  clearCaches: (only) => unwrap(commands.clearCaches(only)),
  setCacheLimit: (megabytes) => unwrap(commands.setCacheLimit(megabytes)),
  benchRuns: () => unwrap(commands.benchRuns()),
  startBench: (work, task, on) => unwrap(commands.startBench(work, task, channel(on))),

  estimate: (spec) => unwrap(commands.estimate(spec)),
  ensureModels: (spec, task, on) => unwrap(commands.ensureModels(spec, task, channel(on))),
  ensureModelsOfRun: (run, task, on) => unwrap(commands.ensureModelsOfRun(run, task, channel(on))),
  startRun: (spec, on) => unwrap(commands.startRun(spec, channel(on))),
  resumeRun: (run, on) => done(commands.resumeRun(run, channel(on))),
  watchRun: (run, on) => unwrap(commands.watchRun(run, channel(on))),
  cancelRun: (run) => done(commands.cancelRun(run)),
  pauseRun: (run, paused) => done(commands.pauseRun(run, paused)),
  setPriority: (run, priority) => done(commands.setPriority(run, priority)),
  runFailures: (run) => unwrap(commands.runFailures(run)),
  renameRun: (run, name) => done(commands.renameRun(run, name)),
  noteRun: (run, note) => done(commands.noteRun(run, note)),
  tagRuns: (runs, add, remove) => done(commands.tagRuns(runs, add, remove)),
  archiveRuns: (runs, archived) => done(commands.archiveRuns(runs, archived)),
  deleteRuns: (runs) => done(commands.deleteRuns(runs)),
  restoreRuns: (runs) => done(commands.restoreRuns(runs)),
  listDeletedRuns: () => unwrap(commands.listDeletedRuns()),
  purgeRuns: (runs) => unwrap(commands.purgeRuns(runs)),
  planMerge: (runs) => unwrap(commands.planMerge(runs)),
  mergeRuns: (runs, name, task, on) => unwrap(commands.mergeRuns(runs, name, task, channel(on))),
  planSplit: (run, by) => unwrap(commands.planSplit(run, by)),
  splitRun: (run, by, task, on) => unwrap(commands.splitRun(run, by, task, channel(on))),
  undoRegroup: (runs) => unwrap(commands.undoRegroup(runs)),
  listRuns: () => unwrap(commands.listRuns()),
  getRun: (run) => unwrap(commands.getRun(run)),
  removeSampleWorkspace: () => done(commands.removeSampleWorkspace()),
  restoreSampleWorkspace: () => done(commands.restoreSampleWorkspace()),

  listViews: () => unwrap(commands.listViews()),
  saveView: (name, address, replace) => unwrap(commands.saveView(name, address, replace)),
  renameView: (id, name) => done(commands.renameView(id, name)),
  moveView: (id, to) => done(commands.moveView(id, to)),
  deleteView: (id) => done(commands.deleteView(id)),

  listSamples: (query) => unwrap(commands.listSamples(query)),
  getSample: (sample) => unwrap(commands.getSample(sample)),
  compare: (query) => unwrap(commands.compare(query)),
  compareFigure: (query) => unwrap(commands.compareFigure(query)),
  flips: (query, a, b) => unwrap(commands.flips(query, a, b)),
  trends: (query) => unwrap(commands.trends(query)),
  listPolicies: () => unwrap(commands.listPolicies()),
  getPolicy: (name) => unwrap(commands.getPolicy(name)),
  usualPolicySetup: () => unwrap(commands.usualPolicySetup()),
  createPolicy: (name, setup) => unwrap(commands.createPolicy(name, setup)),
  resetPolicy: (name, setup) => unwrap(commands.resetPolicy(name, setup)),
  freezePolicy: (name, frozen) => unwrap(commands.freezePolicy(name, frozen)),
  deletePolicy: (name) => done(commands.deletePolicy(name)),
  exportPolicy: (name, path) => done(commands.exportPolicy(name, path)),
  importPolicy: (path, name) => unwrap(commands.importPolicy(path, name)),
  teachPolicy: (name, runs) => unwrap(commands.teachPolicy(name, runs)),
  getDecision: (sample) => unwrap(commands.getDecision(sample)),
  whatIf: (query) => unwrap(commands.whatIf(query)),
  policyFeatures: () => unwrap(commands.policyFeatures()),
  replayPolicy: (name, task, on) => unwrap(commands.replayPolicy(name, task, channel(on))),
  evaluateGrid: (query, task, on) => unwrap(commands.evaluateGrid(query, task, channel(on))),
  familyRules: () => unwrap(commands.familyRules()),
  setFamilyRule: (kind, strategy) => done(commands.setFamilyRule(kind, strategy)),

  getProblem: (query) => unwrap(commands.getProblem(query)),
  exportFigure: (source, format, path) => unwrap(commands.exportFigure(source, format, path)),
  previewReport: (query) => unwrap(commands.previewReport(query)),
  exportReport: (query, format, path) => unwrap(commands.exportReport(query, format, path)),

  chooseSavePath: ({ title, name, extension }) =>
    save({ title, defaultPath: `${name}.${extension}`, filters: [{ name: extension.toUpperCase(), extensions: [extension] }] }),
  chooseFile: ({ title, extensions }) => open({ title, multiple: false, directory: false, filters: [{ name: extensions.join(', '), extensions }] }),
  openPath: (path) => done(commands.openPath(path)),
  revealPath: (path) => done(commands.revealPath(path)),
}
