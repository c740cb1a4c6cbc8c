import { IpcError } from '../error'
import type { Listen } from '../ipc'
import type { LanguageStatus, SandboxGauges, TaskProgress } from '../types'

interface Given {
  /** Whether the usual images are there at the start. */
  built: boolean
  /** Whether programs are being executed. */
  busy: () => boolean
  pause: (ms: number) => Promise<void>
}

const KINDS: [language: string, title: string, toolchain: string, bytes: number][] = [
  ['cpp', 'C++', 'g++ 12.2.0, C++17', 789_000_000],
  ['go', 'Go', 'go 1.19.8', 777_000_000],
  ['java', 'Java', 'OpenJDK 17.0.15', 508_000_000],
  ['javascript', 'JavaScript', 'Node.js 18.20.4', 305_000_000],
  ['php', 'PHP', 'PHP 8.2.29', 283_000_000],
  ['python', 'Python', 'Python 3.11.2', 263_000_000],
  ['rust', 'Rust', 'rustc 1.96.0, edition 2021', 934_000_000],
  ['typescript', 'TypeScript', 'TypeScript 4.8.4, Node.js 18.20.4', 374_000_000],
]

const LOG = ['Step 1/6 : FROM debian:bookworm-slim', ' ---> 1c0493c96664', 'Step 2/6 : RUN apt-get install --yes --no-install-recommends toolchain', 'Setting up the toolchain (12.2.0-14+deb12u1) ...', 'Step 5/6 : COPY supervisor/ /opt/assay/', 'Successfully built 0e7ab5667233']

/** The languages, their builds and an executor, all made up. */
export function fakeSandbox({ built, busy, pause }: Given) {
  const ready = new Set(built ? KINDS.map(([id]) => id).filter((id) => id !== 'go' && id !== 'rust') : [])
  const cancelled = new Set<string>()
  const started = Date.now()
  const digest = (id: string) => `sha256:${[...id.padEnd(8, 'x')].map((c) => (c.charCodeAt(0) % 16).toString(16).repeat(8)).join('')}`

  const languages = (): LanguageStatus[] =>
    KINDS.map(([language, title, toolchain, size]) => {
      const there = ready.has(language)
      return {
        language,
        title,
        image: `assay/${language}:8f8ed758b30e`,
        ready: there,
        digest: there ? digest(language) : null,
        toolchain: there ? toolchain : null,
        size_bytes: there ? size : null,
        created: there ? new Date(started - 3 * 86_400_000).toISOString() : null,
      }
    })

  const build = async (language: string, again: boolean, task: string, on: Listen<TaskProgress>) => {
    cancelled.delete(task)
    for (const message of again || !ready.has(language) ? LOG : ['it is built already']) {
      on({ message, fraction: null })
      await pause(350)
      if (cancelled.has(task)) throw new IpcError({ code: 'cancelled', message: 'the build was cancelled', hint: null })
      if (language === 'rust' && message.startsWith('Step 2'))
        throw new IpcError({ code: 'image-build-failed', message: 'the image of Rust could not be built: apt-get ended with 100', hint: LOG.slice(0, 3).join('\n') })
    }
    ready.add(language)
  }

  const gauges = (): SandboxGauges | null => {
    if (!busy()) return null
    const executed = Math.floor((Date.now() - started) / 45)
    const share = (part: number) => Math.floor(executed * part)
    return {
      concurrency: 2,
      containers: 3,
      running: 2,
      waiting: 5,
      executed,
      recycled: 1,
      retried: 0,
      overturned: 1,
      languages: [
        { language: 'python', containers: 2, running: 1, executed: share(0.8), mean_ms: 18.4 },
        { language: 'cpp', containers: 1, running: 1, executed: share(0.2), mean_ms: 342.1 },
      ],
    }
  }

  const cancel = (task: string) => {
    cancelled.add(task)
    return true
  }
  return { languages, build, gauges, cancel }
}
