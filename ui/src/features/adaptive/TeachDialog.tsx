import { useMemo, useState } from 'react'
import { Button } from '../../design/components/Button'
import { Dialog } from '../../design/components/Dialog'
import { Checkbox } from '../../design/components/Form'
import { ModelLabels } from '../../design/components/Model'
import { ErrorNotice } from '../../design/components/Notice'
import { useToasts } from '../../design/components/Toast'
import { count, plural, when } from '../../design/format'
import { strategyName } from '../../design/names'
import { usePolicyCommands } from '../../ipc/adaptive'
import { useAllRuns } from '../../ipc/hooks'
import { fixedRuns } from './grid'
import '../run/RunPicker.css'

interface TeachDialogProps {
  open: boolean
  policy: string
  onClose: () => void
  onTaught: (name: string) => void
}

/** What came of runs by fixed strategies is told to a policy. */
export function TeachDialog({ open, ...rest }: TeachDialogProps) {
  return (
    <Dialog open={open} onClose={rest.onClose} title={`Teach ${rest.policy} from runs`} wide testId="policy-teach-dialog">
      <TeachForm {...rest} />
    </Dialog>
  )
}

function TeachForm({ policy, onClose, onTaught }: Omit<TeachDialogProps, 'open'>) {
  const all = useAllRuns().data
  const runs = useMemo(() => fixedRuns(all ?? []), [all])
  const [chosen, setChosen] = useState<readonly string[]>([])
  const toasts = useToasts()
  const { teach } = usePolicyCommands()
  return (
    <form
      className="stack"
      noValidate
      onSubmit={(e) => {
        e.preventDefault()
        teach.mutate(
          { name: policy, runs: [...chosen] },
          {
            onSuccess: (news) => {
              toasts.done(news === 0 ? `${policy} knew all of that already.` : `${policy} learned ${plural(news, 'outcome')}.`)
              onClose()
              onTaught(policy)
            },
          },
        )
      }}
    >
      <p className="small muted">What came of their samples is learned as if the policy had chosen their strategies. What it knows already is not learned twice.</p>
      {runs.length === 0 ? (
        <p>No run by a fixed strategy has a score yet.</p>
      ) : (
        <ul className="picker">
          {runs.map((run) => (
            <li key={run.id}>
              <Checkbox
                label={run.name}
                detail={
                  <span className="picker-detail">
                    <ModelLabels models={run.models} />
                    <span>
                      {run.dataset} {run.dataset_version}
                    </span>
                    <span>{strategyName(run.strategy)}</span>
                    <span>{count(run.progress.done)} samples</span>
                    <span>{when(run.created_at)}</span>
                  </span>
                }
                checked={chosen.includes(run.id)}
                data-testid={`teach-run-${run.id}`}
                onChange={(on) => setChosen(on ? [...chosen, run.id] : chosen.filter((c) => c !== run.id))}
              />
            </li>
          ))}
        </ul>
      )}
      {teach.error && <ErrorNotice title="Nothing was learned" error={teach.error} />}
      <div className="row dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" type="submit" busy={teach.isPending} disabled={chosen.length === 0} data-testid="policy-teach-yes">
          Teach from {plural(chosen.length, 'run')}
        </Button>
      </div>
    </form>
  )
}
