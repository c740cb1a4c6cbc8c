import { useMemo, useState } from 'react'
import { Archive, ArchiveRestore, Merge, NotebookPen, PencilLine, Split, Tags, Trash2 } from 'lucide-react'
import type { MenuItem } from '../../design/components/Menu'
import { useToasts } from '../../design/components/Toast'
import { plural } from '../../design/format'
import { useUpkeepCommands } from '../../ipc/upkeep'
import type { RunSummary } from '../../ipc/types'

/** What a dialog asks about which runs. */
export interface Asking {
  what: 'rename' | 'note' | 'tags' | 'merge' | 'split'
  runs: readonly RunSummary[]
}

/** One run by its name, several by their number. */
export const called = (runs: readonly { name: string }[]): string => (runs.length === 1 && runs[0] ? runs[0].name : plural(runs.length, 'run'))

interface Options {
  /** Instead of the dialog, where there is a better place to write a name. */
  rename?: (run: RunSummary) => void
  /** After runs were deleted. */
  onGone?: () => void
}

/** What can be done with runs that are there: as commands, as the items of a menu, and what is being asked. */
export function useRunUpkeep({ rename, onGone }: Options = {}) {
  const [asking, setAsking] = useState<Asking | null>(null)
  const { archive, remove, restore } = useUpkeepCommands()
  const toasts = useToasts()
  return useMemo(() => {
    const put = async (runs: readonly RunSummary[], archived: boolean) => {
      const ids = runs.map((r) => r.id)
      try {
        await archive.mutateAsync({ runs: ids, archived })
        toasts.undoable(`${called(runs)} ${archived ? 'archived' : 'out of the archive'}.`, () => void archive.mutateAsync({ runs: ids, archived: !archived }).then(() => toasts.announce(`${called(runs)}: taken back`), toasts.failed))
      } catch (error) {
        toasts.failed(error)
      }
    }
    const del = async (runs: readonly RunSummary[]) => {
      const ids = runs.map((r) => r.id)
      try {
        await remove.mutateAsync(ids)
        toasts.undoable(`${called(runs)} deleted.`, () => void restore.mutateAsync(ids).then(() => toasts.done(`${called(runs)} ${runs.length === 1 ? 'is' : 'are'} back.`), toasts.failed))
        onGone?.()
      } catch (error) {
        toasts.failed(error)
      }
    }
    const items = (runs: readonly RunSummary[]): MenuItem[] => {
      const [only] = runs
      const one = runs.length === 1 && only ? only : null
      const on = runs.some((r) => r.status === 'running') && 'Not while it is on'
      const archived = runs.length > 0 && runs.every((r) => r.archived)
      return [
        ...(one ? [{ label: 'Rename', icon: <PencilLine size={14} />, run: () => (rename ? rename(one) : setAsking({ what: 'rename', runs })), testId: 'upkeep-rename' }] : []),
        ...(one ? [{ label: one.note ? 'Edit the note' : 'Write a note', icon: <NotebookPen size={14} />, run: () => setAsking({ what: 'note', runs }), testId: 'upkeep-note' }] : []),
        { label: 'Tags', icon: <Tags size={14} />, run: () => setAsking({ what: 'tags', runs }), testId: 'upkeep-tags' },
        ...(one
          ? [{ label: 'Split', icon: <Split size={14} />, run: () => setAsking({ what: 'split', runs }), impossible: on, apart: true, testId: 'upkeep-split' }]
          : [{ label: 'Merge', icon: <Merge size={14} />, run: () => setAsking({ what: 'merge', runs }), impossible: on, apart: true, testId: 'upkeep-merge' }]),
        archived
          ? { label: 'Take out of the archive', icon: <ArchiveRestore size={14} />, run: () => void put(runs, false), apart: true, testId: 'upkeep-unarchive' }
          : { label: 'Archive', icon: <Archive size={14} />, run: () => void put(runs, true), impossible: on, apart: true, testId: 'upkeep-archive' },
        { label: 'Delete', icon: <Trash2 size={14} />, run: () => void del(runs), impossible: on, danger: true, testId: 'upkeep-delete' },
      ]
    }
    return { items, asking, ask: setAsking, remove: del }
  }, [asking, archive, remove, restore, toasts, rename, onGone])
}
