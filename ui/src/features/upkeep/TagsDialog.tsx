import { useState } from 'react'
import { Button } from '../../design/components/Button'
import { MultiCombobox } from '../../design/components/Combobox'
import { Dialog } from '../../design/components/Dialog'
import { sentence } from '../../design/components/Notice'
import { toErrorInfo } from '../../ipc/error'
import { useAllRuns } from '../../ipc/hooks'
import { useUpkeepCommands } from '../../ipc/upkeep'
import type { RunSummary } from '../../ipc/types'
import { knownTags, sameTag } from '../run/runs'
import { called } from './useRunUpkeep'

/** The tags of one run, or those that several have in common. */
export function TagsDialog({ runs, onClose }: { runs: readonly RunSummary[]; onClose: () => void }) {
  return (
    <Dialog open={runs.length > 0} onClose={onClose} title={`Tags of ${called(runs)}`} testId="tags-dialog">
      {runs.length > 0 && <TagsForm key={runs.map((r) => r.id).join()} runs={runs} onClose={onClose} />}
    </Dialog>
  )
}

function TagsForm({ runs, onClose }: { runs: readonly RunSummary[]; onClose: () => void }) {
  const known = knownTags(useAllRuns().data ?? [])
  const { tag } = useUpkeepCommands()
  const has = (run: RunSummary, of: string) => run.tags.some((t) => sameTag(t, of))
  const [before] = useState(() => (runs[0]?.tags ?? []).filter((t) => runs.every((r) => has(r, t))))
  const [tags, setTags] = useState<readonly string[]>(before)
  const some = knownTags(runs).filter((t) => !before.some((b) => sameTag(b, t)))
  return (
    <form
      className="upkeep-form"
      onSubmit={(e) => {
        e.preventDefault()
        const add = tags.filter((t) => !before.some((b) => sameTag(b, t)))
        const remove = before.filter((b) => !tags.some((t) => sameTag(t, b)))
        tag.mutate({ runs: runs.map((r) => r.id), add, remove }, { onSuccess: onClose })
      }}
    >
      <MultiCombobox
        label="Tags"
        options={known.map((value) => ({ value, label: value }))}
        values={tags}
        onChange={setTags}
        create={(text) => (text.includes(',') || text.length > 40 ? null : text)}
        placeholder="Type a tag, then Enter"
        autoFocus
        testId="tags-input"
      />
      {some.length > 0 && <p className="small muted">Some of them have {some.join(', ')}, too.</p>}
      {tag.error && (
        <p className="field-error" role="alert">
          {sentence(toErrorInfo(tag.error).message)}
        </p>
      )}
      <div className="upkeep-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" type="submit" busy={tag.isPending} data-testid="tags-save">
          Save
        </Button>
      </div>
    </form>
  )
}
