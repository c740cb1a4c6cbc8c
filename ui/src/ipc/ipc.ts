import type {
  AppStatus,
  BenchRecord,
  CacheKind,
  Caches,
  CompareQuery,
  ComparisonView,
  CustomProvider,
  DatasetStatus,
  DecisionView,
  DeletedRun,
  DoctorCheck,
  Estimate,
  ExportedReport,
  FailureKind,
  FamilyRule,
  FeatureValue,
  Figure,
  FigureFormat,
  FigureQuery,
  FigureSource,
  FlipsView,
  GridQuery,
  GridView,
  HealthReport,
  KeyStatus,
  MergePreview,
  ModelCheck,
  ModelOffer,
  ModelStatus,
  PolicySetup,
  PolicySummary,
  PolicyView,
  PreviewRequest,
  Priority,
  ProblemQuery,
  ProblemSummary,
  ProblemView,
  PromptPreview,
  ProviderInfo,
  ReplayView,
  ReportFormat,
  ReportQuery,
  RunDetail,
  RunEvent,
  RunId,
  RunSpec,
  RunSummary,
  RunnerBench,
  SampleDetail,
  SampleId,
  SamplePage,
  SampleQuery,
  SandboxGauges,
  SavedView,
  Settings,
  SplitBy,
  SplitPreview,
  StrategyId,
  StrategyList,
  StrategySource,
  StrategySummary,
  TaskProgress,
  TestAnswer,
  TrendQuery,
  TrendsView,
  WhatIf,
  WhatIfQuery,
} from './types'

export type Listen<T> = (event: T) => void

/**
 * Everything the window asks of the program behind it. `tauri.ts` is the real one; tests and the
 * development server have their own. A failing call throws an `IpcError`.
 */
export interface Ipc {
  appStatus(): Promise<AppStatus>

  listModels(): Promise<ModelStatus[]>
  addModel(reference: string): Promise<ModelCheck>
  removeModel(reference: string): Promise<void>
  checkModel(reference: string): Promise<ModelCheck>
  /** `task` names the download for `cancelTask`. */
  pullModel(id: string, task: string, on: Listen<TaskProgress>): Promise<ModelStatus>

  listProviders(): Promise<ProviderInfo[]>
  /** What the server at the provider's address, or at `url`, has; `task` names the question for `cancelTask`. */
  providerModels(provider: string, url: string | null, task: string): Promise<ModelOffer[]>
  /** `on` hears the answer as it comes. */
  testPrompt(reference: string, text: string, task: string, on: Listen<string>): Promise<TestAnswer>
  listCustomProviders(): Promise<CustomProvider[]>
  saveCustomProvider(provider: CustomProvider): Promise<void>
  removeCustomProvider(id: string): Promise<void>

  /** Where each key is, and who uses it; never the key. */
  listKeys(): Promise<KeyStatus[]>
  /** Cancelled as the task `key-VARIABLE`, as `forgetKey` is: a keyring may ask its person something first. */
  setKey(variable: string, key: string): Promise<KeyStatus>
  /** Whether there was one. */
  forgetKey(variable: string): Promise<boolean>
  /** The variable that holds the key of a server at this address; null of what is no address. */
  keyVariable(url: string): Promise<string | null>

  listStrategies(): Promise<StrategyList>
  /** Its file as it is written. */
  strategySource(id: string): Promise<StrategySource>
  /** Nothing is kept when the text is wrong: the error names line and field. */
  saveStrategy(id: string, toml: string): Promise<StrategySummary>
  duplicateStrategy(id: string, newId: string): Promise<StrategySummary>
  deleteStrategy(id: string): Promise<void>
  /** The prompts a model will be sent for a problem, word for word. */
  previewPrompt(request: PreviewRequest): Promise<PromptPreview>

  listDatasets(): Promise<DatasetStatus[]>
  pullDataset(id: string, task: string, on: Listen<TaskProgress>): Promise<DatasetStatus>
  verifyDataset(id: string): Promise<DatasetStatus>
  importDataset(path: string, id: string | null): Promise<DatasetStatus>
  listProblems(dataset: string): Promise<ProblemSummary[]>

  /** An image that is there is left as it is unless `again`. */
  buildSandbox(language: string, again: boolean, task: string, on: Listen<TaskProgress>): Promise<void>
  /** What the executor does at the moment; null while this program has not used it yet. */
  sandboxGauges(): Promise<SandboxGauges | null>
  doctor(): Promise<DoctorCheck[]>
  cancelTask(task: string): Promise<boolean>

  getSettings(): Promise<Settings>
  setSettings(settings: Settings): Promise<void>

  /** A look at what runs, and at what it runs on; starts nothing. */
  health(): Promise<HealthReport>
  caches(): Promise<Caches>
  /** Both when `only` is null; answers how many entries went. */
  clearCaches(only: CacheKind | null): Promise<number>
  /** In millions of bytes; answers how many entries went. */
  setCacheLimit(megabytes: number): Promise<number>
  /** Earlier measurements of the runner, the newest first. */
  benchRuns(): Promise<BenchRecord[]>
  /** `task` names the measurement for `cancelTask`. */
  startBench(work: RunnerBench, task: string, on: Listen<TaskProgress>): Promise<BenchRecord>

  estimate(spec: RunSpec): Promise<Estimate>
  /** Downloads what a run of `spec` asks and is not here, before it is started; `task` names the download for `cancelTask`. */
  ensureModels(spec: RunSpec, task: string, on: Listen<TaskProgress>): Promise<string[]>
  /** The same of a run that is resumed. */
  ensureModelsOfRun(run: RunId, task: string, on: Listen<TaskProgress>): Promise<string[]>
  startRun(spec: RunSpec, on: Listen<RunEvent>): Promise<RunId>
  resumeRun(run: RunId, on: Listen<RunEvent>): Promise<void>
  /** Listens to a run that is on; whether it is. */
  watchRun(run: RunId, on: Listen<RunEvent>): Promise<boolean>
  cancelRun(run: RunId): Promise<void>
  /** A paused run begins nothing new; what is under way is finished. */
  pauseRun(run: RunId, paused: boolean): Promise<void>
  setPriority(run: RunId, priority: Priority): Promise<void>
  /** What did not pass, the most frequent first, each kind with an example. */
  runFailures(run: RunId): Promise<FailureKind[]>
  renameRun(run: RunId, name: string): Promise<void>
  /** An empty note removes it. */
  noteRun(run: RunId, note: string): Promise<void>
  tagRuns(runs: RunId[], add: string[], remove: string[]): Promise<void>
  archiveRuns(runs: RunId[], archived: boolean): Promise<void>
  /** Deleted runs can be restored for a while. */
  deleteRuns(runs: RunId[]): Promise<void>
  restoreRuns(runs: RunId[]): Promise<void>
  listDeletedRuns(): Promise<DeletedRun[]>
  /** Removes deleted runs for good. */
  purgeRuns(runs: RunId[]): Promise<RunId[]>
  /** What merging these runs will make; changes nothing. */
  planMerge(runs: RunId[]): Promise<MergePreview>
  /** `task` names the work for `cancelTask`. */
  mergeRuns(runs: RunId[], name: string | null, task: string, on: Listen<TaskProgress>): Promise<RunId>
  planSplit(run: RunId, by: SplitBy): Promise<SplitPreview>
  splitRun(run: RunId, by: SplitBy, task: string, on: Listen<TaskProgress>): Promise<RunId[]>
  /** Takes a merge or a split back; the sources that are back. */
  undoRegroup(runs: RunId[]): Promise<RunId[]>
  listRuns(): Promise<RunSummary[]>
  getRun(run: RunId): Promise<RunDetail>
  removeSampleWorkspace(): Promise<void>
  restoreSampleWorkspace(): Promise<void>

  listViews(): Promise<SavedView[]>
  /** With `replace` in place of one of that name. */
  saveView(name: string, address: string, replace: boolean): Promise<SavedView>
  renameView(id: number, name: string): Promise<void>
  /** Into the place `to`, counted from 0. */
  moveView(id: number, to: number): Promise<void>
  deleteView(id: number): Promise<void>

  listSamples(query: SampleQuery): Promise<SamplePage>
  getSample(sample: SampleId): Promise<SampleDetail>
  compare(query: CompareQuery): Promise<ComparisonView>
  compareFigure(query: FigureQuery): Promise<Figure>
  /** Problems that one of two lines solves and the other does not, in both directions. */
  flips(query: CompareQuery, a: string, b: string): Promise<FlipsView>
  /** Series over time, with the figure of those that the query names. */
  trends(query: TrendQuery): Promise<TrendsView>

  listPolicies(): Promise<PolicySummary[]>
  getPolicy(name: string): Promise<PolicyView>
  usualPolicySetup(): Promise<PolicySetup>
  createPolicy(name: string, setup: PolicySetup): Promise<PolicySummary>
  /** Begins it anew, as it was set up when `setup` is null; what it decided and learned before stays stored. */
  resetPolicy(name: string, setup: PolicySetup | null): Promise<PolicySummary>
  freezePolicy(name: string, frozen: boolean): Promise<PolicySummary>
  deletePolicy(name: string): Promise<void>
  exportPolicy(name: string, path: string): Promise<void>
  /** Under the name in the file when `name` is null. */
  importPolicy(path: string, name: string | null): Promise<PolicySummary>
  /** Answers how many outcomes were new to it. */
  teachPolicy(name: string, runs: RunId[]): Promise<number>
  /** Why a sample was asked by its strategy; null where no policy chose it. */
  getDecision(sample: SampleId): Promise<DecisionView | null>
  whatIf(query: WhatIfQuery): Promise<WhatIf>
  /** The features of a context, without values. */
  policyFeatures(): Promise<FeatureValue[]>
  /** Makes every decision again; `task` names the work for `cancelTask`. */
  replayPolicy(name: string, task: string, on: Listen<TaskProgress>): Promise<ReplayView>
  /** What choosing strategies is worth where every strategy was asked; `task` names the work for `cancelTask`. */
  evaluateGrid(query: GridQuery, task: string, on: Listen<TaskProgress>): Promise<GridView>
  /** What `auto` stands for, by kind of model. */
  familyRules(): Promise<FamilyRule[]>
  /** By the evidence again when `strategy` is null. */
  setFamilyRule(kind: string, strategy: StrategyId | null): Promise<void>

  /** One problem, who solves it, and everyone's answers. */
  getProblem(query: ProblemQuery): Promise<ProblemView>
  /** Without a path, into the folder of reports. */
  exportFigure(source: FigureSource, format: FigureFormat, path: string | null): Promise<ExportedReport>
  previewReport(query: ReportQuery): Promise<string>
  exportReport(query: ReportQuery, format: ReportFormat, path: string | null): Promise<ExportedReport>

  /** The system's own dialogs; null when the person changed their mind. */
  chooseSavePath(options: { title: string; name: string; extension: string }): Promise<string | null>
  chooseFile(options: { title: string; extensions: string[] }): Promise<string | null>
  /** Opens a file with the program the person uses for it. */
  openPath(path: string): Promise<void>
  /** Shows a file in the system's file browser. */
  revealPath(path: string): Promise<void>
}
