import { MergeDialog } from './MergeDialog'
import { NameDialog } from './NameDialog'
import { NoteDialog } from './NoteDialog'
import { SplitDialog } from './SplitDialog'
import { TagsDialog } from './TagsDialog'
import type { Asking } from './useRunUpkeep'
import './Upkeep.css'

interface UpkeepDialogsProps {
  asking: Asking | null
  onClose: () => void
  /** After a merge or a split. */
  onMade?: () => void
}

/** What is asked before something is made of runs. */
export function UpkeepDialogs({ asking, onClose, onMade }: UpkeepDialogsProps) {
  const runs = asking?.runs ?? []
  const one = runs[0] ?? null
  const of = (what: Asking['what']) => asking?.what === what
  return (
    <>
      <NameDialog run={of('rename') ? one : null} onClose={onClose} />
      <NoteDialog run={of('note') ? one : null} onClose={onClose} />
      <TagsDialog runs={of('tags') ? runs : []} onClose={onClose} />
      <MergeDialog runs={of('merge') ? runs : []} onClose={onClose} onMade={onMade} />
      <SplitDialog run={of('split') ? one : null} onClose={onClose} onMade={onMade} />
    </>
  )
}
