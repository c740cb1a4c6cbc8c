import { IpcError } from '../error'
import type { Listen } from '../ipc'
import type { AppStatus, BenchPass, BenchRecord, CacheKind, CacheState, Caches, HealthReport, ProviderGauges, RunnerBench, RunSummary, SandboxGauges, TaskProgress } from '../types'

interface Given {
  /** Whether there are caches and earlier measurements. */
  full: boolean
  pause: (ms: number) => Promise<void>
}

const GB = 1_000_000_000

/** The program's health, its caches and its measurements, all made up. */
export function fakeMachine({ full, pause }: Given) {
  const cache = (kind: CacheKind, entries: number, bytes: number, hits: number, misses: number, cost_usd: number | null): CacheState => ({ kind, entries, bytes, hits, misses, hit_rate: hits + misses > 0 ? hits / (hits + misses) : null, cost_usd })
  const empty = (kind: CacheKind) => cache(kind, 0, 0, 0, 0, null)
  let answers = full ? cache('answers', 18_412, 61_300_000, 7_904, 18_412, 4.12) : empty('answers')
  let executions = full ? cache('executions', 16_120, 24_800_000, 8_310, 16_120, null) : empty('executions')
  let limit = 2 * GB
  const caches = (): Caches => ({ answers, executions, limit_bytes: limit })

  const health = (status: AppStatus, sandbox: SandboxGauges | null, runs: readonly RunSummary[]): HealthReport => {
    const on = runs.filter((r) => r.status === 'running')
    return {
      engine: status.engine,
      languages: status.engine.ok ? status.languages : [],
      sandbox,
      runs: on.map((r) => ({ run: r.id, name: r.name, progress: r.progress })),
      providers: on.flatMap((r) => r.models).map((model): ProviderGauges => ({ model, in_flight: asked(on), limit: 6, most: 16 })),
      caches: caches(),
      store: { path: '/home/ana/.local/share/assay/assay.db', bytes: full ? 214_000_000 : 220_000, free_bytes: 83.4 * GB, runs: runs.length },
      memory: { resident_bytes: 412_000_000, available_bytes: 6.9 * GB, floor_bytes: 0.8 * GB },
      metrics: on.length > 0 ? 'http://127.0.0.1:9464/metrics' : null,
    }
  }
  const asked = (on: readonly RunSummary[]) => on[0]?.progress.in_generation ?? 0

  const cancelled = new Set<string>()
  const small: RunnerBench = { models: 2, dataset: 'starter', languages: ['python'], problems: 10, samples: 3, baseline: 20, concurrency: 64, latency_low_ms: 50, latency_high_ms: 800 }
  const large: RunnerBench = { models: 4, dataset: 'humaneval-x', languages: ['python', 'javascript', 'go'], problems: null, samples: 5, baseline: 240, concurrency: 64, latency_low_ms: 50, latency_high_ms: 800 }
  const done: BenchRecord[] = full ? [measured(1, small, 2.06, 17.9), measured(8, large, 2.02, 26.4), measured(15, small, 2.1, 14.2), measured(26, small, 2.04, 9.6), measured(41, small, 2.08, 6.1)] : []

  const startBench = async (work: RunnerBench, task: string, on: Listen<TaskProgress>): Promise<BenchRecord> => {
    cancelled.delete(task)
    if (work.baseline < work.models) throw new IpcError({ code: 'bad-bench', message: 'the work of the measurement is out of range', hint: 'give a baseline of at least a sample a model' })
    const all = work.models * (work.problems ?? 12) * work.samples
    for (const [way, total] of [['one after another', work.baseline], ['all at once', all]] as const)
      for (let part = 0; part <= 10; part += 1) {
        on({ message: `${way}: ${Math.round((part * total) / 10)} of ${total}`, fraction: part / 10 })
        await pause(90)
        if (cancelled.has(task)) throw new IpcError({ code: 'cancelled', message: 'the measurement was stopped', hint: null })
      }
    const record = measured(0, work, 2.05, 18.6)
    done.unshift(record)
    return record
  }

  return {
    health,
    caches,
    clear: (only: CacheKind | null): number => {
      const gone = (only === 'executions' ? 0 : answers.entries) + (only === 'answers' ? 0 : executions.entries)
      if (only !== 'executions') answers = empty('answers')
      if (only !== 'answers') executions = empty('executions')
      return gone
    },
    limit: (megabytes: number): number => {
      limit = megabytes * 1_000_000
      return 0
    },
    benchRuns: () => [...done],
    startBench,
    cancel: (task: string) => void cancelled.add(task),
  }
}

function measured(daysAgo: number, work: RunnerBench, before: number, after: number): BenchRecord {
  const samples = work.models * (work.problems ?? 164) * work.languages.length * work.samples
  const pass = (n: number, per_s: number, own: number, busy: number, full: number | null): BenchPass => ({ samples: n, passed: Math.round(n * 0.7), seconds: n / per_s, per_s, generation_ms: 431.2, execution_ms: 24.6, own_cpu_ms: own, machine_busy: busy, machine_busy_when_full: full })
  const speedup = after / before
  return {
    at: new Date(Date.now() - daysAgo * 86_400_000).toISOString(),
    version: '0.1.0',
    machine: 'linux x86_64, 2 processors, 24 GB',
    work,
    sequential: pass(work.baseline, before, 3.1, 0.11, null),
    optimised: pass(samples, after, 2.2, 0.83, 0.96),
    speedup,
    speedup_low: speedup * 0.88,
    speedup_high: speedup * 1.15,
    compared: work.baseline,
    same_verdicts: work.baseline,
    peak_memory_mb: 148,
  }
}
