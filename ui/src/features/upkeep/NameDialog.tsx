import { useState } from 'react'
import { Button } from '../../design/components/Button'
import { Dialog } from '../../design/components/Dialog'
import { Field, Input } from '../../design/components/Form'
import { toErrorInfo } from '../../ipc/error'
import { sentence } from '../../design/components/Notice'
import { useUpkeepCommands } from '../../ipc/upkeep'
import type { RunSummary } from '../../ipc/types'

/** What a run is called. */
export function NameDialog({ run, onClose }: { run: RunSummary | null; onClose: () => void }) {
  return (
    <Dialog open={run !== null} onClose={onClose} title="Rename the run" testId="name-dialog">
      {run && <NameForm key={run.id} run={run} onClose={onClose} />}
    </Dialog>
  )
}

function NameForm({ run, onClose }: { run: RunSummary; onClose: () => void }) {
  const [name, setName] = useState(run.name)
  const { rename } = useUpkeepCommands()
  return (
    <form
      className="upkeep-form"
      onSubmit={(e) => {
        e.preventDefault()
        rename.mutate({ run: run.id, name }, { onSuccess: onClose })
      }}
    >
      <Field label="Name" error={rename.error ? sentence(toErrorInfo(rename.error).message) : null}>
        <Input value={name} maxLength={200} data-autofocus onFocus={(e) => e.currentTarget.select()} onChange={(e) => setName(e.target.value)} data-testid="name-input" />
      </Field>
      <div className="upkeep-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" type="submit" busy={rename.isPending} disabled={name.trim() === ''} data-testid="name-save">
          Rename
        </Button>
      </div>
    </form>
  )
}
