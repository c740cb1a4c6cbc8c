import { useCallback } from 'react'
import { useRouter } from '@tanstack/react-router'
import type { SavedView } from '../../ipc/types'

/** Goes where a view leads; its address is of the window and was checked when it was saved. */
export function useGoToView(): (view: SavedView) => void {
  const router = useRouter()
  return useCallback((view) => router.history.push(view.address), [router])
}
