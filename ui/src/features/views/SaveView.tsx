import { useState } from 'react'
import { Button } from '../../design/components/Button'
import { Dialog } from '../../design/components/Dialog'
import { Field, Input } from '../../design/components/Form'
import { sentence } from '../../design/components/Notice'
import { useToasts } from '../../design/components/Toast'
import { toErrorInfo } from '../../ipc/error'
import { useViewCommands, useViews } from '../../ipc/upkeep'
import './Views.css'

interface SaveViewProps {
  open: boolean
  /** Of the page that is shown, with everything that is chosen in it. */
  address: string
  onClose: () => void
}

/** Keeps what is shown by a name. */
export function SaveView({ open, address, onClose }: SaveViewProps) {
  return (
    <Dialog open={open} onClose={onClose} title="Save this view" testId="save-view-dialog">
      {open && <SaveForm address={address} onClose={onClose} />}
    </Dialog>
  )
}

function SaveForm({ address, onClose }: { address: string; onClose: () => void }) {
  const views = useViews().data ?? []
  const [name, setName] = useState(() => views.find((v) => v.address === address)?.name ?? '')
  const { save } = useViewCommands()
  const toasts = useToasts()
  const there = views.find((v) => v.name.toLowerCase() === name.trim().toLowerCase())
  return (
    <form
      className="views-form"
      onSubmit={(e) => {
        e.preventDefault()
        save.mutate(
          { name, address, replace: there !== undefined },
          {
            onSuccess: (view) => {
              toasts.done(`Saved as ${view.name}.`)
              onClose()
            },
          },
        )
      }}
    >
      <Field
        label="Name"
        error={save.error ? sentence(toErrorInfo(save.error).message) : null}
        hint={there ? 'A view has this name. It will lead here from now on.' : 'The page with the runs, filters and order that are chosen now. It stands in the side bar.'}
      >
        <Input value={name} maxLength={200} data-autofocus placeholder="Paper, table 2" onChange={(e) => setName(e.target.value)} data-testid="save-view-name" />
      </Field>
      <div className="views-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" type="submit" busy={save.isPending} disabled={name.trim() === ''} data-testid="save-view-yes">
          {there ? 'Replace' : 'Save'}
        </Button>
      </div>
    </form>
  )
}
