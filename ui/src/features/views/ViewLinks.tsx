import { useRouter, useRouterState } from '@tanstack/react-router'
import { Bookmark, BookmarkCheck } from 'lucide-react'
import { IconButton } from '../../design/components/Button'
import { useViews } from '../../ipc/upkeep'
import { useGoToView } from './useGoToView'
import './Views.css'

/** The saved views in the side bar. */
export function ViewLinks({ onArrange }: { onArrange: () => void }) {
  const views = useViews().data ?? []
  const router = useRouter()
  const here = useRouterState({ select: (s) => s.location.href })
  const go = useGoToView()
  if (views.length === 0) return null
  return (
    <div className="views">
      <div className="views-head">
        <h2 className="nav-text" id="views-title">
          Views
        </h2>
        <IconButton label="Saved views" size="small" icon={<BookmarkCheck size={15} />} onClick={onArrange} data-testid="views-arrange" />
      </div>
      <ul aria-labelledby="views-title">
        {views.map((view) => (
          <li key={view.id}>
            <a
              href={router.history.createHref(view.address)}
              className="nav-link"
              title={view.name}
              aria-current={here === view.address ? 'page' : undefined}
              onClick={(e) => {
                if (e.ctrlKey || e.metaKey || e.shiftKey) return
                e.preventDefault()
                go(view)
              }}
              data-testid="view-link"
            >
              <Bookmark size={15} strokeWidth={1.9} aria-hidden />
              <span className="nav-text clip">{view.name}</span>
            </a>
          </li>
        ))}
      </ul>
    </div>
  )
}
