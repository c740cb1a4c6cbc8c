import { useState } from 'react'
import { ArrowDown, ArrowUp, Bookmark, CornerDownRight, Trash2 } from 'lucide-react'
import { IconButton } from '../../design/components/Button'
import { Dialog } from '../../design/components/Dialog'
import { Input } from '../../design/components/Form'
import { EmptyState } from '../../design/components/Notice'
import { useToasts } from '../../design/components/Toast'
import type { SavedView } from '../../ipc/types'
import { useViewCommands, useViews } from '../../ipc/upkeep'
import { useGoToView } from './useGoToView'
import './Views.css'

/** The saved views: what they are called, in which order, and which are no longer wanted. */
export function ArrangeViews({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title="Saved views" wide testId="arrange-views">
      {open && <ViewList onClose={onClose} />}
    </Dialog>
  )
}

function ViewList({ onClose }: { onClose: () => void }) {
  const views = useViews().data ?? []
  const { move, remove, restore } = useViewCommands()
  const toasts = useToasts()
  const go = useGoToView()
  const put = (view: SavedView, to: number) =>
    move.mutate(
      { id: view.id, to },
      {
        onSuccess: () => toasts.announce(`${view.name} is number ${to + 1} of ${views.length}`),
        onError: toasts.failed,
      },
    )
  const forget = async (view: SavedView, place: number) => {
    try {
      await remove.mutateAsync(view.id)
      toasts.undoable(`${view.name} deleted.`, () => void restore.mutateAsync({ view, place }).catch(toasts.failed))
    } catch (error) {
      toasts.failed(error)
    }
  }
  if (views.length === 0)
    return (
      <EmptyState icon={<Bookmark size={20} />} title="No saved views">
        What is chosen on a page can be kept by a name, with the bookmark at the top of the window.
      </EmptyState>
    )
  return (
    <ol className="views-list">
      {views.map((view, at) => (
        <li key={view.id} data-testid="view-row">
          <NameField view={view} />
          <IconButton
            label={`Go to ${view.name}`}
            size="small"
            icon={<CornerDownRight size={14} />}
            onClick={() => {
              onClose()
              go(view)
            }}
            data-testid={`view-go-${view.id}`}
          />
          <IconButton label={`${view.name}: up`} size="small" icon={<ArrowUp size={14} />} disabled={at === 0} onClick={() => put(view, at - 1)} data-testid={`view-up-${view.id}`} />
          <IconButton label={`${view.name}: down`} size="small" icon={<ArrowDown size={14} />} disabled={at === views.length - 1} onClick={() => put(view, at + 1)} data-testid={`view-down-${view.id}`} />
          <IconButton label={`Delete ${view.name}`} size="small" icon={<Trash2 size={14} />} onClick={() => void forget(view, at)} data-testid={`view-delete-${view.id}`} />
        </li>
      ))}
    </ol>
  )
}

/** Enter and leaving it keep what is written. */
function NameField({ view }: { view: SavedView }) {
  const [text, setText] = useState(view.name)
  const { rename } = useViewCommands()
  const toasts = useToasts()
  const save = () => {
    const name = text.trim()
    if (name === '' || name === view.name || rename.isPending) return setText(name === '' ? view.name : text)
    rename.mutate(
      { id: view.id, name },
      {
        onError: (error) => {
          setText(view.name)
          toasts.failed(error)
        },
      },
    )
  }
  return (
    <span className="grow views-name">
      <Input
        aria-label={`Name of ${view.name}`}
        maxLength={200}
        value={text}
        onChange={(e) => setText(e.target.value)}
        onBlur={save}
        onKeyDown={(e) => {
          if (e.key === 'Enter') e.currentTarget.blur()
        }}
        data-testid={`view-name-${view.id}`}
      />
      <span className="faint small mono clip" title={view.address}>
        {view.address}
      </span>
    </span>
  )
}
