import { useState } from 'react'
import { Button } from '../../design/components/Button'
import { Skeleton } from '../../design/components/Bits'
import { Dialog } from '../../design/components/Dialog'
import { Segmented } from '../../design/components/Form'
import { ErrorNotice } from '../../design/components/Notice'
import { Scroll } from '../../design/components/Scroll'
import { TaskLine } from '../../design/components/TaskLine'
import { useToasts } from '../../design/components/Toast'
import { count, plural } from '../../design/format'
import { toErrorInfo } from '../../ipc/error'
import { useRegroup, useSplitPlan, useUpkeepCommands } from '../../ipc/upkeep'
import type { RunSummary, SplitBy } from '../../ipc/types'

interface SplitDialogProps {
  run: RunSummary | null
  onClose: () => void
  onMade?: () => void
}

/** What a split will make, said before it is made. */
export function SplitDialog({ run, onClose, onMade }: SplitDialogProps) {
  return (
    <Dialog open={run !== null} onClose={onClose} title="Split the run" wide testId="split-dialog">
      {run && <SplitForm run={run} onClose={onClose} onMade={onMade} />}
    </Dialog>
  )
}

function SplitForm({ run, onClose, onMade }: { run: RunSummary; onClose: () => void; onMade?: () => void }) {
  const [by, setBy] = useState<SplitBy>(run.models.length < 2 && run.languages.length > 1 ? 'language' : 'model')
  const plan = useSplitPlan(run.id, by)
  const { split, progress, cancel } = useRegroup()
  const { undoRegroup } = useUpkeepCommands()
  const toasts = useToasts()
  const go = async () => {
    try {
      const made = await split.mutateAsync({ run: run.id, by })
      toasts.undoable(`${run.name} split into ${plural(made.length, 'run')}.`, () => void undoRegroup.mutateAsync(made).then(() => toasts.done(`${run.name} is one run again.`), toasts.failed))
      onClose()
      onMade?.()
    } catch (error) {
      if (toErrorInfo(error).code !== 'cancelled') toasts.failed(error)
    }
  }
  const ready = plan.data && !plan.error
  return (
    <form
      className="upkeep-form"
      onSubmit={(e) => {
        e.preventDefault()
        void go()
      }}
    >
      <Segmented<SplitBy>
        label="One run for each"
        value={by}
        options={[
          { value: 'model', label: 'Model', testId: 'split-by-model' },
          { value: 'language', label: 'Language', testId: 'split-by-language' },
        ]}
        onChange={setBy}
      />
      {plan.error ? (
        <ErrorNotice title="It cannot be split so" error={plan.error} testId="split-error" />
      ) : plan.data ? (
        <>
          <p data-testid="split-summary">
            <strong>{count(plan.data.parts.length)} new runs</strong>. {run.name} itself is archived, and stays as it is.
          </p>
          <Scroll className="upkeep-list" label="What will be made">
            <ol aria-label="What will be made">
              {plan.data.parts.map((part) => (
                <li key={part.key}>
                  <span className="grow clip" title={part.key}>
                    {part.name}
                  </span>
                  {part.outstanding > 0 && <span className="small faint">{count(part.outstanding)} not done</span>}
                  <span className="num muted">{plural(part.samples, 'sample')}</span>
                </li>
              ))}
            </ol>
          </Scroll>
        </>
      ) : (
        <Skeleton lines={3} label="What will be made is being found out" />
      )}
      <TaskLine task={{ progress, cancel }} label="Samples are being copied" />
      <div className="upkeep-actions">
        <Button onClick={onClose} disabled={split.isPending} data-autofocus>
          Cancel
        </Button>
        <Button kind="primary" type="submit" busy={split.isPending} disabled={!ready} data-testid="split-yes">
          Split
        </Button>
      </div>
    </form>
  )
}
