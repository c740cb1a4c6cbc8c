import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { RouterProvider } from '@tanstack/react-router'
import { QueryClient } from '@tanstack/react-query'
import './design/tokens.css'
import './design/base.css'
import './design/components.css'
import { ToastProvider } from './design/components/Toast'
import { IpcProvider } from './ipc/hooks'
import type { Ipc } from './ipc/ipc'
import { tauriIpc } from './ipc/tauri'
import { makeRouter } from './app/router'
import { applyRemembered } from './app/theme'

async function chooseIpc(): Promise<Ipc> {
  // In a browser, during development, there is no program behind the window: made-up data stands in.
  // The condition is constant in a production build, which then holds none of it.
  if (import.meta.env.DEV && !('__TAURI_INTERNALS__' in window)) {
    const { makeFakeIpc } = await import('./ipc/fake')
    return makeFakeIpc(new URLSearchParams(localStorage.getItem('assay-fake') ?? ''))
  }
  return tauriIpc
}

applyRemembered()

const client = new QueryClient({
  defaultOptions: { queries: { retry: false, refetchOnWindowFocus: true }, mutations: { retry: false } },
})

void chooseIpc().then((ipc) => {
  const root = document.getElementById('root')
  if (!root) throw new Error('index.html has no #root')
  createRoot(root).render(
    <StrictMode>
      <IpcProvider ipc={ipc} client={client}>
        <ToastProvider>
          <RouterProvider router={makeRouter()} />
        </ToastProvider>
      </IpcProvider>
    </StrictMode>,
  )
})
