import { Link, type ErrorComponentProps } from '@tanstack/react-router'
import { Compass } from 'lucide-react'
import { Button } from '../design/components/Button'
import { EmptyState, ErrorNotice } from '../design/components/Notice'
import { Page } from '../design/components/Panel'

export function PageError({ error, reset }: ErrorComponentProps) {
  return (
    <Page title="This page could not be shown">
      <ErrorNotice error={error} action={<Button onClick={reset}>Try again</Button>} />
    </Page>
  )
}

export function NotFound() {
  return (
    <Page title="No such page">
      <EmptyState icon={<Compass size={20} />} title="Nothing stands at this address" action={<Link to="/" className="btn btn-secondary btn-medium">Go to the overview</Link>}>
        The address may come from another version of the program.
      </EmptyState>
    </Page>
  )
}
