import { useState } from 'react'
import { Button } from '../../design/components/Button'
import { Skeleton } from '../../design/components/Bits'
import { Dialog } from '../../design/components/Dialog'
import { Field, Input } from '../../design/components/Form'
import { ErrorNotice, Notice } from '../../design/components/Notice'
import { Scroll } from '../../design/components/Scroll'
import { TaskLine } from '../../design/components/TaskLine'
import { useToasts } from '../../design/components/Toast'
import { count, plural } from '../../design/format'
import { languageName, modelName } from '../../design/names'
import { toErrorInfo } from '../../ipc/error'
import { useStatus } from '../../ipc/hooks'
import { useMergePlan, useRegroup, useUpkeepCommands } from '../../ipc/upkeep'
import type { MergePreview, RunSummary } from '../../ipc/types'

interface MergeDialogProps {
  runs: readonly RunSummary[]
  onClose: () => void
  onMade?: () => void
}

/** What a merge will make, said before it is made. */
export function MergeDialog({ runs, onClose, onMade }: MergeDialogProps) {
  return (
    <Dialog open={runs.length > 0} onClose={onClose} title={`Merge ${plural(runs.length, 'run')}`} wide testId="merge-dialog">
      {runs.length > 0 && <MergeForm runs={runs.map((r) => r.id)} onClose={onClose} onMade={onMade} />}
    </Dialog>
  )
}

function MergeForm({ runs, onClose, onMade }: { runs: readonly string[]; onClose: () => void; onMade?: () => void }) {
  const plan = useMergePlan(runs)
  const status = useStatus().data
  const [name, setName] = useState<string | null>(null)
  const { merge, progress, cancel } = useRegroup()
  const { undoRegroup } = useUpkeepCommands()
  const toasts = useToasts()
  const go = async (of: MergePreview) => {
    const called = name?.trim() ? name.trim() : of.name
    try {
      const made = await merge.mutateAsync({ runs: [...runs], name: called })
      toasts.undoable(`${plural(runs.length, 'run')} merged into ${called}.`, () => void undoRegroup.mutateAsync([made]).then(() => toasts.done('The runs are as they were before the merge.'), toasts.failed))
      onClose()
      onMade?.()
    } catch (error) {
      // Cancelled, nothing was changed, and the dialog still shows what would be.
      if (toErrorInfo(error).code !== 'cancelled') toasts.failed(error)
    }
  }
  if (plan.error) return <ErrorNotice title="These runs cannot be merged" error={plan.error} testId="merge-error" />
  if (!plan.data) return <Skeleton lines={5} label="What will be made is being found out" />
  const preview = plan.data
  const dataset = status?.datasets.find((d) => d.id === preview.dataset)?.title ?? preview.dataset
  return (
    <form
      className="upkeep-form"
      onSubmit={(e) => {
        e.preventDefault()
        void go(preview)
      }}
    >
      <p data-testid="merge-summary">
        One new run of <strong>{plural(preview.samples, 'sample')}</strong> of {preview.models.map(modelName).join(', ')} on {dataset} {preview.dataset_version}. The runs it is made of are archived, and stay as they are.
      </p>
      <Field label="Name">
        <Input value={name ?? preview.name} maxLength={200} data-autofocus autoFocus onChange={(e) => setName(e.target.value)} data-testid="merge-name" />
      </Field>
      <MergeSources preview={preview} />
      <MergeWarnings preview={preview} />
      <TaskLine task={{ progress, cancel }} label="Samples are being copied" />
      <div className="upkeep-actions">
        <Button onClick={onClose} disabled={merge.isPending}>
          Cancel
        </Button>
        <Button kind="primary" type="submit" busy={merge.isPending} data-testid="merge-yes">
          Merge
        </Button>
      </div>
    </form>
  )
}

function MergeSources({ preview }: { preview: MergePreview }) {
  return (
    <Scroll className="upkeep-list" label="In this order">
      <ol aria-label="In this order">
        {preview.sources.map((s) => (
          <li key={s.run}>
            <span className="grow clip" title={s.name}>
              {s.name}
            </span>
            <span className="num muted">{plural(s.samples, 'sample')}</span>
          </li>
        ))}
      </ol>
    </Scroll>
  )
}

/** What somebody who reads the merged run's score has to know. */
function MergeWarnings({ preview }: { preview: MergePreview }) {
  const nameOf = (run: string) => preview.sources.find((s) => s.run === run)?.name ?? run
  const same = preview.following.filter((f) => f.same_seed)
  return (
    <>
      {preview.following.length > 0 && (
        <Notice testId="merge-following">
          <p>Asked the same in more than one run. Nothing is folded: the later samples follow the earlier.</p>
          <ul className="upkeep-facts">
            {preview.following.map((f) => (
              <li key={`${f.run} ${f.model} ${f.language}`}>
                {plural(f.samples, 'sample')} of {nameOf(f.run)}: {modelName(f.model)} in {languageName(f.language)}, {plural(f.problems, 'problem')}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {same.length > 0 && (
        <Notice tone="warn" testId="merge-same-seed">
          {[...new Set(same.map((f) => nameOf(f.run)))].join(', ')} {same.length === 1 ? 'has' : 'have'} the seed of an earlier run: the samples that follow may be the same answers once more, and then say nothing new.
        </Notice>
      )}
      {preview.differences.length > 0 && (
        <Notice tone="warn" testId="merge-differences">
          <p>Not the same in all. What one model answered with one strategy makes one score nevertheless.</p>
          <dl className="upkeep-differences">
            {preview.differences.map((d) => (
              <div key={d.what}>
                <dt>{d.what}</dt>
                <dd>
                  {d.values.map((value, i) => (
                    <span key={preview.sources[i]?.run ?? i} title={preview.sources[i]?.name}>
                      {value ?? '–'}
                    </span>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </Notice>
      )}
      {preview.outstanding > 0 && (
        <Notice tone="warn">
          {count(preview.outstanding)} of the samples are not done. The merged run cannot be resumed; the runs it is made of can.
        </Notice>
      )}
    </>
  )
}
