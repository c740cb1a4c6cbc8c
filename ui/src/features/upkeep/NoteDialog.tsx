import { useState } from 'react'
import { Button } from '../../design/components/Button'
import { Kbd } from '../../design/components/Bits'
import { Dialog } from '../../design/components/Dialog'
import { Field, TextArea } from '../../design/components/Form'
import { sentence } from '../../design/components/Notice'
import { toErrorInfo } from '../../ipc/error'
import { useUpkeepCommands } from '../../ipc/upkeep'
import type { RunSummary } from '../../ipc/types'

/** What is to be remembered of a run. */
export function NoteDialog({ run, onClose }: { run: RunSummary | null; onClose: () => void }) {
  return (
    <Dialog open={run !== null} onClose={onClose} title="Note" wide testId="note-dialog">
      {run && <NoteForm key={run.id} run={run} onClose={onClose} />}
    </Dialog>
  )
}

function NoteForm({ run, onClose }: { run: RunSummary; onClose: () => void }) {
  const [text, setText] = useState(run.note ?? '')
  const { note } = useUpkeepCommands()
  const save = () => note.mutate({ run: run.id, note: text }, { onSuccess: onClose })
  return (
    <form
      className="upkeep-form"
      onSubmit={(e) => {
        e.preventDefault()
        save()
      }}
    >
      <Field label={`On ${run.name}`} aside={<Kbd keys="mod+Enter" />} error={note.error ? sentence(toErrorInfo(note.error).message) : null}>
        <TextArea
          rows={8}
          maxLength={20_000}
          value={text}
          data-autofocus
          placeholder="Why it was run, what to keep in mind when reading it"
          onChange={(e) => setText(e.target.value)}
          onKeyDown={(e) => {
            if (e.key !== 'Enter' || !(e.ctrlKey || e.metaKey)) return
            e.preventDefault()
            save()
          }}
          data-testid="note-input"
        />
      </Field>
      <div className="upkeep-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" type="submit" busy={note.isPending} data-testid="note-save">
          Save
        </Button>
      </div>
    </form>
  )
}
