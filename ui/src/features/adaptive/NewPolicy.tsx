import { useState } from 'react'
import { Skeleton } from '../../design/components/Bits'
import { Button } from '../../design/components/Button'
import { Dialog } from '../../design/components/Dialog'
import { Field, Input } from '../../design/components/Form'
import { ErrorNotice } from '../../design/components/Notice'
import { useToasts } from '../../design/components/Toast'
import { usePolicyCommands, useUsualSetup } from '../../ipc/adaptive'
import type { PolicySetup } from '../../ipc/types'
import { SetupForm } from './SetupForm'
import { setupFault } from './words'

interface NewPolicyProps {
  open: boolean
  taken: readonly string[]
  onClose: () => void
  onMade: (name: string) => void
}

/** A policy that knows nothing yet. */
export function NewPolicy({ open, ...rest }: NewPolicyProps) {
  const usual = useUsualSetup(open)
  return (
    <Dialog open={open} onClose={rest.onClose} title="New policy" wide testId="policy-new-dialog">
      {usual.error && <ErrorNotice title="The usual set-up could not be read" error={usual.error} />}
      {usual.data ? <NewForm usual={usual.data} {...rest} /> : <Skeleton lines={5} label="The usual set-up is being read" />}
    </Dialog>
  )
}

function NewForm({ usual, taken, onClose, onMade }: Omit<NewPolicyProps, 'open'> & { usual: PolicySetup }) {
  const toasts = useToasts()
  const { create } = usePolicyCommands()
  const [name, setName] = useState('')
  const [setup, setSetup] = useState(usual)
  const fault = setupFault(setup)
  const isTaken = taken.includes(name.trim())
  return (
    <form
      className="stack"
      noValidate
      onSubmit={(e) => {
        e.preventDefault()
        if (fault || isTaken || name.trim() === '') return
        create.mutate(
          { name: name.trim(), setup },
          {
            onSuccess: (made) => {
              toasts.done(`${made.name} is made. Choose it in an adaptive evaluation.`)
              onClose()
              onMade(made.name)
            },
          },
        )
      }}
    >
      <NameField name={name} onChange={setName} taken={isTaken} />
      <SetupForm setup={setup} onChange={setSetup} />
      {fault && (
        <p className="field-error" role="alert">
          {fault}
        </p>
      )}
      {create.error && <ErrorNotice title="No policy was made" error={create.error} />}
      <div className="row dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" type="submit" busy={create.isPending} disabled={name.trim() === '' || isTaken || fault !== null} data-testid="policy-new-yes">
          Make it
        </Button>
      </div>
    </form>
  )
}

function NameField({ name, onChange, taken }: { name: string; onChange: (name: string) => void; taken: boolean }) {
  return (
    <Field label="Name" error={taken ? 'There is a policy of this name already.' : null} hint="As it stands in runs and commands.">
      <Input value={name} maxLength={64} onChange={(e) => onChange(e.target.value)} data-autofocus data-testid="policy-name" />
    </Field>
  )
}

/** A policy from a file whose own name is taken. */
export function BringDialog({ path, taken, onClose, onMade }: { path: string | null; taken: readonly string[]; onClose: () => void; onMade: (name: string) => void }) {
  return (
    <Dialog open={path !== null} onClose={onClose} title="Bring it under which name?" testId="policy-bring-dialog">
      {path !== null && <BringForm path={path} taken={taken} onClose={onClose} onMade={onMade} />}
    </Dialog>
  )
}

function BringForm({ path, taken, onClose, onMade }: { path: string; taken: readonly string[]; onClose: () => void; onMade: (name: string) => void }) {
  const { bring } = usePolicyCommands()
  const toasts = useToasts()
  const [name, setName] = useState('')
  const isTaken = taken.includes(name.trim())
  return (
    <form
      className="stack"
      noValidate
      onSubmit={(e) => {
        e.preventDefault()
        bring.mutate(
          { path, name: name.trim() },
          {
            onSuccess: (made) => {
              toasts.done(`${made.name} is here.`)
              onClose()
              onMade(made.name)
            },
          },
        )
      }}
    >
      <p>There is a policy of the name in the file already.</p>
      <NameField name={name} onChange={setName} taken={isTaken} />
      {bring.error && <ErrorNotice title="The policy was not brought" error={bring.error} />}
      <div className="row dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" type="submit" busy={bring.isPending} disabled={name.trim() === '' || isTaken} data-testid="policy-bring-yes">
          Bring it
        </Button>
      </div>
    </form>
  )
}
