import { memo } from 'react'
import { CopyButton } from '../../design/components/Code'
import { sentence } from '../../design/components/Notice'
import { Facts, Panel } from '../../design/components/Panel'
import { count, percent, plural, shortDigest } from '../../design/format'
import { languageName, modelName, strategyName } from '../../design/names'
import type { CacheUse, EarlyStop, ErrorInfo, RunDetail } from '../../ipc/types'

const SHOWN = 6

export const Warnings = memo(function Warnings({ warnings }: { warnings: readonly ErrorInfo[] }) {
  return (
    <Panel title="Warnings">
      <ul className="run-warnings">
        {warnings.slice(0, SHOWN).map((w, i) => (
          <li key={i}>
            {sentence(w.message)} {w.hint && <span className="faint">{sentence(w.hint)}</span>}
          </li>
        ))}
      </ul>
    </Panel>
  )
})

/** What a run was asked to do, and what it takes to do it again. */
export const RunSide = memo(function RunSide({ detail }: { detail: RunDetail }) {
  const { spec, environment } = detail
  // A merged run has no temperature where its sources have two.
  const differs = new Set(detail.differences.map((d) => d.what))
  const same = (what: string, fact: readonly [string, string | number]) => (differs.has(what) ? [] : [fact])
  return (
    <>
      <Panel title="What was asked">
        <Facts
          facts={[
            ['Models', spec.models.map((m) => m.name).join(', ')],
            ['Problems', spec.problems.kind === 'all' ? 'all' : spec.problems.kind === 'first' ? `the first ${spec.problems.count}` : `${spec.problems.ids.length} chosen`],
            ...same('strategy', ['Strategy', strategyName(spec.strategy)]),
            ['Samples', `${spec.early_stop ? 'at most ' : ''}${spec.samples} per problem`],
            ...(spec.early_stop ? [['Stops early', stopInWords(spec.early_stop)] as const] : []),
            ...same('temperature', ['Temperature', spec.sampling.temperature]),
            ...same('longest answer, tokens', ['Longest answer', `${count(spec.sampling.max_tokens)} tokens`]),
            ...(detail.summary.origin === 'merged' ? [] : [['Seed', spec.seed] as const]),
            ...(detail.summary.origin === 'evaluated'
              ? ([
                  ['Requests', `at most ${count(spec.concurrency)} per model at once`],
                  ['What is known', knownInWords(detail)],
                ] as const)
              : []),
            ...same('limits of a program', ['Limits', `${spec.limits.wall_ms / 1000} s, ${count(spec.limits.memory_mb)} MiB`]),
            ...detail.differences.map((d) => [`${d.what.charAt(0).toUpperCase()}${d.what.slice(1)}`, d.values.map((v) => v ?? '–').join(' / ')] as const),
          ]}
        />
      </Panel>
      <Panel title="To do it again">
        <Facts
          facts={[
            ['Assay', environment.assay_version],
            ['Platform', environment.platform],
            ['Data set', <Digest key="d" text={environment.dataset_sha256} />],
            ...(environment.engine ? [['Engine', environment.engine] as const] : []),
            ...Object.entries(environment.toolchains).map(([l, t]) => [languageName(l), t] as const),
            ...Object.entries(environment.images).map(([l, d]) => [`${languageName(l)} image`, <Digest key={l} text={d} />] as const),
            ...Object.entries(environment.models).map(([m, d]) => [modelName(m), <Digest key={m} text={d} />] as const),
            ...(environment.timeout_scale !== null ? [['Time stretched', `× ${environment.timeout_scale.toFixed(2)}`] as const] : []),
          ]}
        />
        {detail.command !== null && (
          <div className="run-command">
            <code>
              {/* Each option whole: a browser breaks lines behind its hyphens. */}
              {detail.command.split(/ (?=--)/).map((word, i) => (
                <span key={i} className="run-word">{`${word} `}</span>
              ))}
            </code>
            <CopyButton text={detail.command} what="Command" />
          </div>
        )}
      </Panel>
    </>
  )
})

function Digest({ text }: { text: string }) {
  return (
    <span className="mono" title={text}>
      {shortDigest(text)}
    </span>
  )
}

const stopInWords = ({ at_least, low, high, error }: EarlyStop): string => `from ${plural(at_least, 'sample')}, once it passes at most ${percent(low, 0)} or at least ${percent(high, 0)} of the time, error ${percent(error, 0)}`

const uses: Record<CacheUse, string> = { full: 'taken', refresh: 'asked anew, and kept', off: 'neither taken nor kept' }

/** What was made of what is known, and how often there was something. */
function knownInWords({ spec, answers_cached: answers, executions_cached: executions }: RunDetail): string {
  const use = uses[spec.cache ?? 'full']
  return answers + executions === 0 ? use : `${use}: ${plural(answers, 'answer')}, ${plural(executions, 'execution')}`
}
