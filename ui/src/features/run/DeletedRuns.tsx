import { useMemo, useState } from 'react'
import { RotateCcw, Trash2 } from 'lucide-react'
import { Button } from '../../design/components/Button'
import { Skeleton } from '../../design/components/Bits'
import { Confirm } from '../../design/components/Dialog'
import { ModelLabels } from '../../design/components/Model'
import { EmptyState, ErrorNotice } from '../../design/components/Notice'
import { Panel } from '../../design/components/Panel'
import { Table, type ColumnDef } from '../../design/components/Table'
import { useToasts } from '../../design/components/Toast'
import { ago, count, plural, when } from '../../design/format'
import { useStatus } from '../../ipc/hooks'
import { useDeletedRuns, useUpkeepCommands } from '../../ipc/upkeep'
import type { DeletedRun } from '../../ipc/types'

/** What was deleted and can come back, and until when. */
export function DeletedRuns() {
  const deleted = useDeletedRuns()
  const datasets = useStatus().data?.datasets
  const { restore, purge } = useUpkeepCommands()
  const toasts = useToasts()
  const [asking, setAsking] = useState<readonly DeletedRun[]>([])
  const { mutateAsync: bringBack } = restore

  const columns = useMemo<ColumnDef<DeletedRun, unknown>[]>(
    () => [
      { id: 'name', header: 'Run', accessorFn: (r) => r.name, cell: ({ row: { original: r } }) => <span title={r.name}>{r.name}</span>, meta: { wide: true } },
      { id: 'models', header: 'Models', accessorFn: (r) => r.models.join(' '), cell: ({ row: { original: r } }) => <ModelLabels models={r.models.slice(0, 2)} />, meta: { minor: true } },
      { id: 'dataset', header: 'Data set', accessorFn: (r) => datasets?.find((d) => d.id === r.dataset)?.title ?? r.dataset },
      { id: 'samples', header: 'Samples', accessorFn: (r) => r.samples, cell: ({ row: { original: r } }) => count(r.samples), meta: { align: 'right' } },
      {
        id: 'deleted',
        header: 'Deleted',
        accessorFn: (r) => r.deleted_at,
        cell: ({ row: { original: r } }) => (
          <time dateTime={r.deleted_at} title={r.deleted_at}>
            {ago(r.deleted_at)}
          </time>
        ),
        meta: { align: 'right' },
      },
      {
        id: 'gone',
        header: 'Gone for good',
        accessorFn: (r) => r.gone_at,
        cell: ({ row: { original: r } }) => (
          <time dateTime={r.gone_at} title={r.gone_at}>
            {when(r.gone_at)}
          </time>
        ),
        meta: { align: 'right', minor: true },
      },
      {
        id: 'actions',
        enableSorting: false,
        header: () => <span className="sr-only">Actions</span>,
        cell: ({ row: { original: r } }) => (
          <span className="runs-progress">
            <Button size="small" icon={<RotateCcw size={13} aria-hidden />} aria-label={`Restore ${r.name}`} onClick={() => void bringBack([r.id]).then(() => toasts.done(`${r.name} is back.`), toasts.failed)} data-testid={`restore-${r.id}`}>
              Restore
            </Button>
            <Button size="small" kind="danger" aria-label={`Remove ${r.name} for good`} onClick={() => setAsking([r])} data-testid={`purge-${r.id}`}>
              Remove
            </Button>
          </span>
        ),
        meta: { align: 'right' },
      },
    ],
    [bringBack, toasts, datasets],
  )

  if (deleted.error) return <ErrorNotice title="The deleted runs could not be read" error={deleted.error} action={<Button onClick={() => void deleted.refetch()}>Try again</Button>} />
  return (
    <>
      <Panel
        flush
        actions={
          deleted.data && deleted.data.length > 1 ? (
            <Button size="small" kind="danger" onClick={() => setAsking(deleted.data)} data-testid="purge-all">
              Remove all for good
            </Button>
          ) : undefined
        }
        title="Deleted runs"
        note="They are in no list and no comparison. After 30 days they are removed for good."
      >
        {deleted.data ? (
          <Table
            label="Deleted runs"
            data={deleted.data}
            columns={columns}
            rowKey={(r) => r.id}
            rowTestId="deleted-row"
            empty={
              <EmptyState icon={<Trash2 size={20} />} title="Nothing was deleted">
                What is deleted stands here for 30 days, and can be restored as it was.
              </EmptyState>
            }
          />
        ) : (
          <div className="runs-loading">
            <Skeleton lines={3} height="1.5rem" label="Deleted runs are being read" />
          </div>
        )}
      </Panel>
      <Confirm
        open={asking.length > 0}
        danger
        title={`Remove ${asking.length === 1 ? 'this run' : plural(asking.length, 'run')} for good?`}
        confirm="Remove for good"
        testId="purge-confirm"
        onClose={() => setAsking([])}
        onConfirm={() => void purge.mutateAsync(asking.map((r) => r.id)).then((gone) => toasts.done(`${plural(gone.length, 'run')} removed for good.`), toasts.failed)}
      >
        {asking.length === 1 ? `All samples of ${asking[0]?.name ?? 'it'}, their programs and verdicts go with it.` : 'All their samples, programs and verdicts go with them.'} This cannot be undone.
      </Confirm>
    </>
  )
}
