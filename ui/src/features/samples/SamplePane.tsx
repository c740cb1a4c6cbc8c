import type { ReactNode } from 'react'
import { Link } from '@tanstack/react-router'
import { ChevronDown, ChevronUp, GitCompareArrows, X } from 'lucide-react'
import { Badge, ContentFlag, TransportFlag, VerdictBadge } from '../../design/components/Badge'
import { IconButton } from '../../design/components/Button'
import { Skeleton, Tabs } from '../../design/components/Bits'
import { CodeView } from '../../design/components/Code'
import { ModelLabel } from '../../design/components/Model'
import { ErrorNotice } from '../../design/components/Notice'
import { Facts } from '../../design/components/Panel'
import { count, dollars, milliseconds, shortDigest } from '../../design/format'
import { languageName, strategyName } from '../../design/names'
import { ruleName, ruleSentence } from '../../design/rules'
import { useRuns } from '../../ipc/hooks'
import { useSample } from '../../ipc/results'
import type { Compilation, SampleDetail } from '../../ipc/types'
import { SAMPLE_TABS, type SampleTab } from '../../app/address'
import { Known } from './Known'
import { SampleAgainst } from './SampleAgainst'
import { AskedBy, SampleChoice } from './SampleChoice'
import { SampleCleaning, Warnings, WrongLanguage, detectedInWords } from './SampleCleaning'
import { SampleQuality } from './SampleQuality'
import { SamplePrompts, SampleReplies } from './SampleTurns'

interface SamplePaneProps {
  id: number
  tab: SampleTab
  onTab: (tab: SampleTab) => void
  against: string | undefined
  onAgainst: (against: string | undefined) => void
  onClose: () => void
  onStep: (by: number) => void
}

const titles: Record<SampleTab, string> = {
  program: 'Program',
  diff: 'Cleaning',
  against: 'Compare',
  raw: 'Answer',
  prompt: 'Prompt',
  output: 'Output',
  tests: 'Problem',
}

/** One sample: what was asked, what came back, what was made of it, and how it ended. */
export function SamplePane({ id, tab, onTab, against, onAgainst, onClose, onStep }: SamplePaneProps) {
  const sample = useSample(id)
  const detail = sample.data
  return (
    <aside className="pane" aria-label="Sample" data-testid="sample-detail" aria-busy={sample.isFetching}>
      <header className="pane-head">
        <div className="grow">
          <h2 className="clip" data-testid="sample-problem">
            {detail ? detail.sample.key.problem : 'Sample'}
            {detail && <span className="faint num"> #{detail.sample.key.index + 1}</span>}
          </h2>
          {detail && (
            <p className="pane-sub small">
              <ModelLabel model={detail.sample.key.model} withHost />
              <Link to="/runs/$runId" params={{ runId: detail.sample.key.run }} className="clip">
                {detail.run_name}
              </Link>
              <ProblemLink detail={detail} />
            </p>
          )}
        </div>
        <IconButton label="Set others against this sample (b)" size="small" pressed={against === String(id)} icon={<GitCompareArrows size={16} />} onClick={() => onAgainst(against === String(id) ? undefined : String(id))} data-testid="sample-base" />
        <IconButton label="Previous sample (k)" size="small" icon={<ChevronUp size={16} />} onClick={() => onStep(-1)} data-testid="sample-previous" />
        <IconButton label="Next sample (j)" size="small" icon={<ChevronDown size={16} />} onClick={() => onStep(1)} data-testid="sample-next" />
        <IconButton label="Close (Esc)" size="small" icon={<X size={16} />} onClick={onClose} data-testid="sample-close" />
      </header>
      {sample.error ? (
        <div className="pane-body">
          <ErrorNotice title="This sample could not be read" error={sample.error} />
        </div>
      ) : detail ? (
        <>
          <Verdict detail={detail} />
          <Tabs
            label="Parts of the sample"
            value={tab}
            tabs={SAMPLE_TABS.map((t) => ({ value: t, label: titles[t], testId: `sample-tab-${t}` }))}
            onChange={onTab}
          >
            <div className="pane-body">
              <Part detail={detail} tab={tab} against={against} onAgainst={onAgainst} />
            </div>
          </Tabs>
        </>
      ) : (
        <div className="pane-body">
          <Skeleton lines={8} label="The sample is being read" />
        </div>
      )}
    </aside>
  )
}

/** To everyone's answers to the sample's problem; its data set is the run's. */
function ProblemLink({ detail: { sample, problem } }: { detail: SampleDetail }) {
  const runs = useRuns().data
  const dataset = problem?.dataset ?? runs?.find((r) => r.id === sample.key.run)?.dataset
  if (dataset === undefined) return null
  return (
    <Link to="/problems/$dataset/$" params={{ dataset, _splat: sample.key.problem }} className="pane-problem" data-testid="sample-all-answers">
      All answers
    </Link>
  )
}

function Verdict({ detail: { sample } }: { detail: SampleDetail }) {
  const { execution } = sample
  const why = execution?.detail ?? sample.transport_detail
  return (
    <div className="pane-verdict" data-testid="sample-verdict">
      <div className="row">
        <TransportFlag transport={sample.transport} />
        <ContentFlag content={sample.content} />
        {execution ? <VerdictBadge verdict={execution.verdict} /> : <Badge>{sample.stage === 'done' ? 'Not executed' : 'Pending'}</Badge>}
      </div>
      <div className="row pane-times">
        {sample.rule && (
          <Badge tone="plain" title={ruleSentence(sample.rule) ?? 'The cleaning rule that fired'}>
            Cleaning: {ruleName(sample.rule)}
          </Badge>
        )}
        <Known sample={sample} />
        {execution && <span className="small faint num">ran {milliseconds(execution.duration_ms)}</span>}
        {sample.latency_ms !== null && <span className="small faint num">answered in {milliseconds(sample.latency_ms)}</span>}
        {sample.cost_usd != null && <span className="small faint num">cost {dollars(sample.cost_usd)}</span>}
      </div>
      {sample.arm != null && <AskedBy id={sample.id} arm={sample.arm} />}
      <WrongLanguage sample={sample} />
      {why && <pre className="pane-why">{why}</pre>}
    </div>
  )
}

function Part({ detail, tab, against, onAgainst }: { detail: SampleDetail } & Pick<SamplePaneProps, 'tab' | 'against' | 'onAgainst'>) {
  const { sample, problem } = detail
  const { language } = sample.key
  switch (tab) {
    case 'program':
      return (
        <>
          {sample.cleaned !== null ? <CodeView label="Program" code={sample.cleaned} language={language} testId="sample-cleaned" /> : <Nothing>No program could be made of the answer.</Nothing>}
          <Warnings warnings={sample.warnings} />
          {sample.strategy === 'adaptive' && <SampleChoice key={sample.id} id={sample.id} arm={sample.arm ?? null} />}
          {sample.quality && <SampleQuality quality={sample.quality} />}
          <Details detail={detail} />
        </>
      )
    case 'diff':
      return <SampleCleaning sample={sample} />
    case 'against':
      return <SampleAgainst detail={detail} against={against} onAgainst={onAgainst} />
    case 'raw':
      return <SampleReplies sample={sample} />
    case 'prompt':
      return <SamplePrompts sample={sample} />
    case 'output':
      return <Output detail={detail} />
    case 'tests':
      return problem ? (
        <>
          <PartTitle>Signature and description</PartTitle>
          <CodeView label="Signature and description" code={problem.prompt} language={language} />
          <PartTitle>Tests</PartTitle>
          <CodeView label="Tests" code={problem.tests} language={language} testId="sample-tests" />
          {problem.canonical_solution !== null && (
            <>
              <PartTitle>Reference solution</PartTitle>
              <CodeView label="Reference solution" code={problem.canonical_solution} language={language} />
            </>
          )}
        </>
      ) : (
        <Nothing>The data set of this sample is not installed any more.</Nothing>
      )
  }
}

function Output({ detail: { sample } }: { detail: SampleDetail }) {
  const { execution } = sample
  if (!execution) return <Nothing>Nothing was executed.</Nothing>
  return (
    <>
      {execution.compilation && <Compiler compilation={execution.compilation} />}
      <PartTitle>Standard output</PartTitle>
      {execution.stdout === '' ? <Nothing>Empty.</Nothing> : <CodeView label="Standard output" code={execution.stdout} bare testId="sample-stdout" />}
      <PartTitle>Standard error</PartTitle>
      {execution.stderr === '' ? <Nothing>Empty.</Nothing> : <CodeView label="Standard error" code={execution.stderr} bare testId="sample-stderr" />}
      {execution.truncated && <p className="small tone-warn">The output was longer; only its beginning was kept.</p>}
      <Facts
        className="pane-facts num"
        testId="sample-execution"
        facts={[
          ['Exit code', execution.exit_code ?? '–'],
          ...(execution.signal !== null ? [['Ended by signal', execution.signal] as const] : []),
          ['Ran', milliseconds(execution.duration_ms)],
          ...(execution.cpu_ms != null ? [['Processor time', milliseconds(execution.cpu_ms)] as const] : []),
          ...(execution.peak_memory_kb !== null ? [['Peak memory', `${count(Math.round(execution.peak_memory_kb / 1024))} MiB`] as const] : []),
          ...(execution.toolchain != null ? [['Toolchain', execution.toolchain] as const] : []),
          ...(execution.image != null
            ? [
                [
                  'Image',
                  <span key="i" className="mono" title={execution.image}>
                    {shortDigest(execution.image)}
                  </span>,
                ] as const,
              ]
            : []),
        ]}
      />
    </>
  )
}

/** What the compiler or type checker said. A program with type errors runs all the same where its language lets it. */
function Compiler({ compilation: { ok, duration_ms, diagnostics } }: { compilation: Compilation }) {
  return (
    <>
      <PartTitle>Compiler</PartTitle>
      <p className="row small" data-testid="sample-compiled">
        <Badge tone={ok ? 'ok' : 'bad'}>{ok ? 'No errors' : 'Errors'}</Badge>
        <span className="faint num">took {milliseconds(duration_ms)}</span>
      </p>
      {diagnostics !== '' && <CodeView label="Compiler" code={diagnostics} bare testId="sample-diagnostics" />}
    </>
  )
}

function Details({ detail: { sample } }: { detail: SampleDetail }) {
  return (
    <Facts
      className="pane-facts num"
      facts={[
        ['Language', languageName(sample.key.language)],
        ['Strategy', sample.arm != null ? `${strategyName(sample.strategy)}: ${strategyName(sample.arm)}` : strategyName(sample.strategy)],
        ...(sample.detected ? [['Found to be', detectedInWords(sample.detected)] as const] : []),
        ...(sample.turns && sample.turns.length > 0 ? [['Turns', sample.turns.length + 1] as const] : []),
        ...(sample.attempts > 1 ? [['Attempts', sample.attempts] as const] : []),
        ...(sample.first_token_ms !== null ? [['First token', milliseconds(sample.first_token_ms)] as const] : []),
        ...(sample.usage.prompt_tokens !== null || sample.usage.completion_tokens !== null
          ? [['Tokens', `${count(sample.usage.prompt_tokens ?? 0)} read, ${count(sample.usage.completion_tokens ?? 0)} written`] as const]
          : []),
        ...(sample.cost_usd != null ? [['Cost', dollars(sample.cost_usd)] as const] : []),
        ...(sample.finish === 'length' ? [['Ended', 'cut off at the longest answer'] as const] : []),
        ...(sample.served_model !== null ? [['Served by', sample.served_model] as const] : []),
        ...(sample.seed !== null ? [['Seed', <span key="s" className="mono">{sample.seed}</span>] as const] : []),
      ]}
    />
  )
}

function PartTitle({ children }: { children: ReactNode }) {
  return <h3 className="pane-title">{children}</h3>
}

function Nothing({ children }: { children: ReactNode }) {
  return <p className="pane-nothing small muted">{children}</p>
}
