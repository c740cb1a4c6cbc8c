import { useMemo, useState } from 'react'
import { Link, getRouteApi } from '@tanstack/react-router'
import { ChevronLeft, ChevronRight, Puzzle, Rows3 } from 'lucide-react'
import { Button } from '../../design/components/Button'
import { Skeleton } from '../../design/components/Bits'
import { CodeView } from '../../design/components/Code'
import { Segmented } from '../../design/components/Form'
import { EmptyState, ErrorNotice } from '../../design/components/Notice'
import { Page, Panel } from '../../design/components/Panel'
import { plural } from '../../design/format'
import { languageName } from '../../design/names'
import { useRuns } from '../../ipc/hooks'
import { useProblem } from '../../ipc/results'
import type { Problem, ProblemQuery } from '../../ipc/types'
import type { ProblemAddress } from '../../app/address'
import { useShortcuts } from '../../app/shortcuts'
import { FigurePanel } from '../figure/FigurePanel'
import { RunPicker } from '../run/RunPicker'
import { Answers } from './Answers'
import './Problem.css'

const route = getRouteApi('/problems/$dataset/$')

/** One problem: what it asks, who solves it, and everyone's answers side by side. */
export function ProblemPage() {
  const { dataset, _splat: problem = '' } = route.useParams()
  const address = route.useSearch()
  const navigate = route.useNavigate()
  const runs = useRuns().data
  const by = address.by ?? 'model'
  const query = useMemo<ProblemQuery>(() => ({ dataset, problem, runs: address.runs ?? [], by }), [dataset, problem, address.runs, by])
  const found = useProblem(query)
  const view = found.data
  const go = (part: Partial<ProblemAddress>, replace = true) => void navigate({ to: '/problems/$dataset/$', params: { dataset, _splat: problem }, search: (s) => ({ ...s, ...part }), replace })
  const ofDataset = useMemo(() => (runs ?? []).filter((r) => r.dataset === dataset), [runs, dataset])
  // Another problem has other answers: what was picked of them does not go along.
  const beside = (id: string | null) => id !== null && void navigate({ to: '/problems/$dataset/$', params: { dataset, _splat: id }, search: (s) => ({ ...s, picks: undefined, against: s.against === 'reference' ? 'reference' : undefined }) })
  useShortcuts([
    { keys: 'j', what: 'Next problem', run: () => beside(view?.next ?? null) },
    { keys: 'k', what: 'Previous problem', run: () => beside(view?.previous ?? null) },
  ])

  return (
    <Page
      title={problem}
      testId="page-problem"
      lead={view ? `${view.title}: ${plural(view.judged, 'judged sample')}, of which ${view.passed === 1 ? '1 passes' : `${view.passed} pass`}` : 'What a problem asks, who solves it, and everyone’s answers side by side.'}
      actions={
        <>
          <RunPicker runs={ofDataset} chosen={address.runs ?? ofDataset.map((r) => r.id)} onChange={(ids) => go({ runs: ids.length === 0 || ids.length === ofDataset.length ? undefined : ids, picks: undefined })} />
          <Button icon={<ChevronLeft size={15} aria-hidden />} onClick={() => beside(view?.previous ?? null)} disabled={!view?.previous} title="k" data-testid="problem-previous">
            Previous
          </Button>
          <Button icon={<ChevronRight size={15} aria-hidden />} onClick={() => beside(view?.next ?? null)} disabled={!view?.next} title="j" data-testid="problem-next">
            Next
          </Button>
          <Link to="/samples" search={{ text: problem, runs: address.runs }} className="btn btn-secondary btn-medium" data-testid="problem-samples">
            <Rows3 size={15} aria-hidden />
            <span>Samples</span>
          </Link>
        </>
      }
    >
      {found.error ? (
        <ErrorNotice title="This problem could not be shown" error={found.error} action={<Button onClick={() => void found.refetch()}>Try again</Button>} />
      ) : !view ? (
        <Panel>
          <Skeleton lines={10} height="1.5rem" label="The problem is being read" />
        </Panel>
      ) : (
        <div className={`stack ${found.isPlaceholderData ? 'stale' : ''}`} aria-busy={found.isFetching}>
          <div className="problem-top">
            {view.problems.length > 0 ? (
              <Asked problems={view.problems} language={address.languages?.[0]} />
            ) : (
              <Panel title="What it asks">
                <p className="small muted">The data set is not installed, so its text is not known here. The answers are whole without it.</p>
              </Panel>
            )}
            {view.total > 0 ? (
              <FigurePanel
                name="problem"
                figure={view.figure}
                source={{ kind: 'problem', ...query }}
                view={address.view ?? 'chart'}
                onView={(v) => go({ view: v === 'table' ? 'table' : undefined })}
                onPick={([key = '']) => document.getElementById(`answers-${key}`)?.scrollIntoView({ block: 'nearest', inline: 'start' })}
              />
            ) : (
              <Panel>
                <EmptyState
                  icon={<Puzzle size={20} />}
                  title="Nobody was asked yet"
                  action={
                    <Link to="/evaluate" search={{ dataset }} className="btn btn-primary btn-medium">
                      Run an evaluation
                    </Link>
                  }
                >
                  Who solves it, and every answer with its program, will stand here once a run has asked it.
                </EmptyState>
              </Panel>
            )}
          </div>
          {view.total > 0 && <Answers view={view} address={address} onChange={go} />}
        </div>
      )}
    </Page>
  )
}

type Part = 'prompt' | 'tests' | 'reference'

/** The problem's own text, tests and solution, in one language at a time. */
function Asked({ problems, language }: { problems: readonly Problem[]; language: string | undefined }) {
  const [chosen, setChosen] = useState<string | null>(null)
  const [part, setPart] = useState<Part>('prompt')
  const problem = problems.find((p) => p.language === (chosen ?? language)) ?? problems.find((p) => p.language === 'python') ?? problems[0]
  if (!problem) return null
  const reference = problem.canonical_solution === null ? null : problem.prompt + problem.canonical_solution
  const code = part === 'tests' ? problem.tests : part === 'reference' && reference !== null ? reference : problem.prompt
  const titles: Record<Part, string> = { prompt: 'Signature and description', tests: 'Tests', reference: 'Reference solution' }
  const parts: readonly Part[] = reference === null ? ['prompt', 'tests'] : ['prompt', 'tests', 'reference']
  return (
    <Panel title="What it asks" data-testid="problem-text">
      <div className="problem-parts">
        <Segmented label="Part of the problem" value={part} options={parts.map((p) => ({ value: p, label: { prompt: 'Prompt', tests: 'Tests', reference: 'Reference' }[p], testId: `problem-part-${p}` }))} onChange={setPart} />
        {problems.length > 1 && (
          <select className="input select problem-language" aria-label="Language" value={problem.language} onChange={(e) => setChosen(e.target.value)} data-testid="problem-language">
            {problems.map((p) => (
              <option key={p.language} value={p.language}>
                {languageName(p.language)}
              </option>
            ))}
          </select>
        )}
      </div>
      <CodeView label={titles[part]} code={code} language={problem.language} testId="problem-code" />
    </Panel>
  )
}
