import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { QueryClient } from '@tanstack/react-query'
import { RouterProvider, createMemoryHistory } from '@tanstack/react-router'
import { vi } from 'vitest'
import { makeRouter } from '../app/router'
import { ToastProvider } from '../design/components/Toast'
import { makeFakeIpc } from '../ipc/fake'
import { IpcProvider } from '../ipc/hooks'
import type { Ipc } from '../ipc/ipc'

/** The whole window at an address, over a program that is made up. */
export function open(address: string, { state = 'full', ...overrides }: Partial<Ipc> & { state?: string } = {}) {
  const ipc: Ipc = { ...makeFakeIpc(new URLSearchParams({ state, running: '0' })), ...overrides }
  const router = makeRouter(createMemoryHistory({ initialEntries: [address] }))
  const client = new QueryClient({ defaultOptions: { queries: { retry: false }, mutations: { retry: false } } })
  render(
    <IpcProvider ipc={ipc} client={client}>
      <ToastProvider>
        <RouterProvider router={router} />
      </ToastProvider>
    </IpcProvider>,
  )
  return { ipc, router, user: userEvent.setup() }
}

export const find = (id: string) => screen.findByTestId(id)
export const search = (router: ReturnType<typeof makeRouter>) => router.state.location.searchStr

/** jsdom lays nothing out; the virtual table needs a height to show rows in. */
export function layOut(): void {
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(600)
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(900)
}
