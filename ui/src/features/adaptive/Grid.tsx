import { useMemo, useState } from 'react'
import { Link } from '@tanstack/react-router'
import { ChevronRight, Grid3x3, Play } from 'lucide-react'
import { Button } from '../../design/components/Button'
import { Checkbox, Field, NumberInput, Select } from '../../design/components/Form'
import { EmptyState, ErrorNotice, Notice, sentence } from '../../design/components/Notice'
import { Panel } from '../../design/components/Panel'
import { TaskLine } from '../../design/components/TaskLine'
import { strategyName } from '../../design/names'
import { useGrid, usePolicies } from '../../ipc/adaptive'
import { toErrorInfo } from '../../ipc/error'
import { useAllRuns, useStrategies } from '../../ipc/hooks'
import type { AdaptiveAddress } from '../../app/address'
import { RunPicker } from '../run/RunPicker'
import type { PartProps } from './AdaptivePage'
import { GridModel } from './GridModel'
import { FOLDS, SEED, fixedRuns, gridQuery, proposed } from './grid'

/** What choosing strategies is worth, told by runs in which every strategy was asked. */
export function Grid({ address, go, figure }: PartProps) {
  const runs = useAllRuns().data
  const fixed = useMemo(() => fixedRuns(runs ?? []), [runs])
  const query = useMemo(() => gridQuery(address, fixed), [address, fixed])
  const { grid, progress, cancel } = useGrid(query, address.done === true)
  const view = grid.data
  const cancelled = grid.error !== null && toErrorInfo(grid.error).code === 'cancelled'
  // What is turned is evaluated again when it is asked for.
  const set = (part: Partial<AdaptiveAddress>) => go({ ...part, done: undefined })
  const evaluate = () => (address.done ? void grid.refetch() : go({ done: true }))

  if (runs && fixed.length === 0)
    return (
      <Panel>
        <EmptyState
          icon={<Grid3x3 size={20} />}
          title="No run by a fixed strategy yet"
          testId="grid-empty"
          action={
            <Link to="/evaluate" className="btn btn-primary btn-medium">
              Run an evaluation
            </Link>
          }
        >
          Here the adaptive choice will stand beside each strategy on the same problems, with its regret. It takes runs of one model on the same problems by two strategies or more: a full grid.
        </EmptyState>
      </Panel>
    )
  return (
    <>
      <Panel data-testid="grid-controls">
        <div className="grid-controls">
          <div className="field">
            <span className="field-label">Runs by fixed strategies</span>
            <RunPicker runs={fixed} chosen={query?.runs ?? []} onChange={(ids) => set({ runs: ids })} />
          </div>
          <Settings address={address} set={set} />
          <Button kind="primary" icon={<Play size={15} aria-hidden />} disabled={query === null} busy={grid.isFetching} onClick={evaluate} data-testid="grid-evaluate">
            Evaluate
          </Button>
        </div>
        <More address={address} set={set} />
        {progress && <TaskLine task={{ progress, running: true, cancel }} label="The grid is being evaluated" />}
      </Panel>
      {grid.error && !grid.isFetching && (cancelled ? <Notice testId="grid-cancelled">Stopped before it was done. Nothing was kept; evaluate again to see the grid.</Notice> : <ErrorNotice title="The grid could not be evaluated" error={grid.error} action={<Button onClick={evaluate}>Try again</Button>} />)}
      {!view && !grid.error && !grid.isFetching && (
        <Panel>
          {query === null ? (
            <EmptyState icon={<Grid3x3 size={20} />} title="Choose runs" testId="grid-choose" action={<Propose runs={proposed(fixed)} set={set} />}>
              Runs of one model on the same problems, each by another strategy. The adaptive choice will stand beside each of them, the best of them, chance, and an oracle, with regret and the off-policy estimates.
            </EmptyState>
          ) : (
            <EmptyState icon={<Grid3x3 size={20} />} title="Not evaluated yet" testId="grid-ready" action={<Button onClick={evaluate}>Evaluate the grid</Button>}>
              Policies are trained and asked fold by fold, and problems are drawn again and again for the intervals: with thousands of cells this takes a while, and can be cancelled.
            </EmptyState>
          )}
        </Panel>
      )}
      {view && (
        <div className={`stack ${grid.isFetching ? 'stale' : ''}`} aria-busy={grid.isFetching} data-testid="grid-view">
          {view.notes.map((note) => (
            <Notice key={note} testId="grid-note">
              {sentence(note)}
            </Notice>
          ))}
          {view.models.map((model) => (
            <GridModel key={model.model} model={model} query={view.query} figure={figure} />
          ))}
        </div>
      )}
    </>
  )
}

function Propose({ runs, set }: { runs: string[]; set: (part: Partial<AdaptiveAddress>) => void }) {
  if (runs.length === 0)
    return (
      <Link to="/evaluate" className="btn btn-primary btn-medium">
        Ask a model by another strategy
      </Link>
    )
  return (
    <Button kind="primary" onClick={() => set({ runs })} data-testid="grid-propose">
      Choose the {runs.length} that belong together
    </Button>
  )
}

function Settings({ address, set }: { address: AdaptiveAddress; set: (part: Partial<AdaptiveAddress>) => void }) {
  const policies = usePolicies().data ?? []
  const strategies = useStrategies().data?.strategies ?? []
  return (
    <>
      <Field label="Set up as" className="grid-field">
        <Select value={address.policy ?? ''} options={[{ value: '', label: 'The usual policy' }, ...policies.map((p) => ({ value: p.name, label: p.name }))]} onChange={(policy) => set({ policy: policy === '' ? undefined : policy })} data-testid="grid-policy" />
      </Field>
      <Field label="Measured by" className="grid-field">
        <Select
          value={address.baseline ?? ''}
          options={[{ value: '', label: 'The plain way' }, ...strategies.map((s) => ({ value: s.id, label: s.title })), ...(address.baseline && !strategies.some((s) => s.id === address.baseline) ? [{ value: address.baseline, label: strategyName(address.baseline) }] : [])]}
          onChange={(baseline) => set({ baseline: baseline === '' ? undefined : baseline })}
          data-testid="grid-baseline"
        />
      </Field>
    </>
  )
}

function More({ address, set }: { address: AdaptiveAddress; set: (part: Partial<AdaptiveAddress>) => void }) {
  const [open, setOpen] = useState(address.folds !== undefined || address.seed !== undefined || address.own === true)
  return (
    <details className="grid-more" open={open} onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary data-testid="grid-advanced">
        <ChevronRight size={15} aria-hidden />
        How it is evaluated
      </summary>
      <div className="grid-controls">
        <Field label="Folds" hint="A policy never learns from the problem it chooses for.">
          <NumberInput value={address.folds ?? FOLDS} min={2} max={1000} step={1} onChange={(folds) => Number.isInteger(folds) && folds >= 2 && folds <= 1000 && set({ folds: folds === FOLDS ? undefined : folds })} data-testid="grid-folds" />
        </Field>
        <Field label="Seed">
          <NumberInput value={address.seed ?? SEED} min={0} step={1} onChange={(seed) => Number.isInteger(seed) && seed >= 0 && set({ seed: seed === SEED ? undefined : seed })} data-testid="grid-seed" />
        </Field>
        <Checkbox label="It learns of its own choices alone" detail="As in a run, and not of every cell of the grid." checked={address.own ?? false} onChange={(on) => set({ own: on ? true : undefined })} data-testid="grid-own" />
      </div>
    </details>
  )
}
