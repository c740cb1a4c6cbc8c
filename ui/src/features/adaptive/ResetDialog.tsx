import { useState } from 'react'
import { Button } from '../../design/components/Button'
import { Dialog } from '../../design/components/Dialog'
import { Checkbox } from '../../design/components/Form'
import { ErrorNotice } from '../../design/components/Notice'
import { useToasts } from '../../design/components/Toast'
import { plural } from '../../design/format'
import { usePolicyCommands } from '../../ipc/adaptive'
import type { PolicySetup, PolicySummary } from '../../ipc/types'
import { SetupForm } from './SetupForm'
import { setupFault } from './words'

interface ResetDialogProps {
  open: boolean
  policy: PolicySummary
  setup: PolicySetup
  onClose: () => void
}

/** A policy that knows nothing again, after asking: as it was set up, or otherwise. */
export function ResetDialog({ open, onClose, ...rest }: ResetDialogProps) {
  return (
    <Dialog open={open} onClose={onClose} title={`Begin ${rest.policy.name} anew?`} wide testId="policy-reset-dialog">
      <ResetForm onClose={onClose} {...rest} />
    </Dialog>
  )
}

function ResetForm({ policy, setup, onClose }: Omit<ResetDialogProps, 'open'>) {
  const toasts = useToasts()
  const { reset } = usePolicyCommands()
  const [changed, setChanged] = useState<PolicySetup | null>(null)
  const fault = changed && setupFault(changed)
  return (
    <form
      className="stack"
      noValidate
      onSubmit={(e) => {
        e.preventDefault()
        if (fault) return
        reset.mutate(
          { name: policy.name, setup: changed },
          {
            onSuccess: () => {
              toasts.done(`${policy.name} begins anew.`)
              onClose()
            },
          },
        )
      }}
    >
      <p>
        It will know nothing, and learn from the next outcome on. What stays: the samples, their results, and {plural(policy.decisions, 'decision')} with {plural(policy.lessons, 'outcome')} it had learned, stored as they were. Why a sample was asked by its strategy can still be looked up. It can be taught again from runs.
      </p>
      <Checkbox label="Set it up otherwise" checked={changed !== null} onChange={(on) => setChanged(on ? setup : null)} data-testid="policy-reset-change" />
      {changed && <SetupForm setup={changed} onChange={setChanged} />}
      {fault && <p className="field-error" role="alert">{fault}</p>}
      {reset.error && <ErrorNotice title="It was not begun anew" error={reset.error} />}
      <div className="row dialog-actions">
        <Button onClick={onClose} data-autofocus>
          Keep it
        </Button>
        <Button kind="danger" type="submit" busy={reset.isPending} disabled={fault !== null} data-testid="policy-reset-yes">
          Begin anew
        </Button>
      </div>
    </form>
  )
}
