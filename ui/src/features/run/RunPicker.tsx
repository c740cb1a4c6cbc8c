import { useState } from 'react'
import { ChevronDown } from 'lucide-react'
import { Badge } from '../../design/components/Badge'
import { Button } from '../../design/components/Button'
import { Dialog } from '../../design/components/Dialog'
import { Checkbox } from '../../design/components/Form'
import { ModelLabels } from '../../design/components/Model'
import { count, plural, when } from '../../design/format'
import { originName, strategyName } from '../../design/names'
import type { RunSummary } from '../../ipc/types'
import './RunPicker.css'

interface RunPickerProps {
  /** Those that can be chosen. */
  runs: readonly RunSummary[]
  chosen: readonly string[]
  onChange: (ids: string[]) => void
}

/** Which runs a page is about: a button that says it, and a dialog of checkboxes. */
export function RunPicker({ runs: all, chosen, onChange }: RunPickerProps) {
  // What was put away is offered only where it is chosen already.
  const runs = all.filter((r) => !r.archived || chosen.includes(r.id))
  const [open, setOpen] = useState(false)
  const names = runs.filter((r) => chosen.includes(r.id)).map((r) => r.name)
  const toggle = (id: string, on: boolean) => onChange(on ? [...chosen, id] : chosen.filter((c) => c !== id))
  return (
    <>
      <Button onClick={() => setOpen(true)} data-testid="choose-runs" aria-haspopup="dialog" title={names.join('\n')}>
        <span className="picker-label">
          {names.length === 0 ? 'Choose runs' : names.length === 1 ? <span className="clip">{names[0]}</span> : plural(names.length, 'run')}
          <ChevronDown size={14} aria-hidden />
        </span>
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title="Which runs"
        wide
        testId="run-picker"
        footer={
          <>
            <span className="grow small muted">{plural(names.length, 'run')} chosen</span>
            <Button kind="quiet" onClick={() => onChange([])} disabled={names.length === 0}>
              None
            </Button>
            <Button kind="quiet" onClick={() => onChange(runs.map((r) => r.id))}>
              All
            </Button>
            <Button kind="primary" onClick={() => setOpen(false)} data-testid="run-picker-done">
              Done
            </Button>
          </>
        }
      >
        <ul className="picker">
          {runs.map((run) => (
            <li key={run.id}>
              <Checkbox
                label={
                  <span className="picker-name">
                    <span className="clip">{run.name}</span>
                    {run.origin !== 'evaluated' && <Badge>{originName(run.origin)}</Badge>}
                    {run.archived && <Badge>Archived</Badge>}
                  </span>
                }
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
                data-testid={`pick-run-${run.id}`}
                onChange={(on) => toggle(run.id, on)}
              />
            </li>
          ))}
        </ul>
        {runs.length === 0 && <p>No run has a score yet.</p>}
      </Dialog>
    </>
  )
}
