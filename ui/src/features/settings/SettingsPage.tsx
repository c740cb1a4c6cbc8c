import type { ReactNode } from 'react'
import { FolderOpen } from 'lucide-react'
import { Button } from '../../design/components/Button'
import { Skeleton } from '../../design/components/Bits'
import { CopyButton } from '../../design/components/Code'
import { Segmented } from '../../design/components/Form'
import { ErrorNotice } from '../../design/components/Notice'
import { Page, Panel } from '../../design/components/Panel'
import { useToasts } from '../../design/components/Toast'
import { useRunCommands, useSetSettings, useSettings, useStatus, useSystem } from '../../ipc/hooks'
import type { Density, Theme } from '../../ipc/types'
import { KeptPanel } from '../health/Kept'
import './Settings.css'

export function SettingsPage() {
  const settings = useSettings()
  const status = useStatus().data
  const setSettings = useSetSettings()
  const { removeExamples, restoreExamples } = useRunCommands()
  const system = useSystem()
  const toasts = useToasts()
  return (
    <Page title="Settings" testId="page-settings">
      {settings.error && <ErrorNotice title="The settings could not be read" error={settings.error} />}
      {setSettings.error && <ErrorNotice title="The settings could not be kept" error={setSettings.error} />}
      <Panel title="Appearance">
        {settings.data ? (
          <>
            <Setting title="Theme" text="The system’s, or one of your own.">
              <Segmented<Theme>
                label="Theme"
                value={settings.data.theme}
                options={[
                  { value: 'system', label: 'System', testId: 'theme-system' },
                  { value: 'light', label: 'Light', testId: 'theme-light' },
                  { value: 'dark', label: 'Dark', testId: 'theme-dark' },
                ]}
                onChange={(theme) => settings.data && setSettings.mutate({ ...settings.data, theme })}
              />
            </Setting>
            <Setting title="Density" text="Compact shows more rows at once.">
              <Segmented<Density>
                label="Density"
                value={settings.data.density}
                options={[
                  { value: 'comfortable', label: 'Comfortable', testId: 'density-comfortable' },
                  { value: 'compact', label: 'Compact', testId: 'density-compact' },
                ]}
                onChange={(density) => settings.data && setSettings.mutate({ ...settings.data, density })}
              />
            </Setting>
          </>
        ) : (
          <Skeleton lines={3} label="The settings are being read" />
        )}
      </Panel>
      <Panel title="Data">
        <Setting title="Folder" text={<span className="mono settings-path">{status?.data_dir ?? '…'}</span>}>
          {status && (
            <>
              <CopyButton text={status.data_dir} what="Folder" />
              <Button icon={<FolderOpen size={15} aria-hidden />} onClick={() => void system.openPath(status.data_dir).catch(toasts.failed)}>
                Open
              </Button>
            </>
          )}
        </Setting>
        <Setting title="Example runs" text="Real runs, made by this program elsewhere, to look around in.">
          {status?.sample_workspace ? (
            <Button
              busy={removeExamples.isPending}
              data-testid="settings-remove-examples"
              onClick={() => removeExamples.mutate(undefined, { onSuccess: () => toasts.done('The example runs are gone.'), onError: toasts.failed })}
            >
              Remove
            </Button>
          ) : (
            <Button
              busy={restoreExamples.isPending}
              data-testid="settings-restore-examples"
              onClick={() => restoreExamples.mutate(undefined, { onSuccess: () => toasts.done('The example runs are back.'), onError: toasts.failed })}
            >
              Bring back
            </Button>
          )}
        </Setting>
      </Panel>
      <KeptPanel />
      {status && <p className="small faint">Assay {status.version}, Apache-2.0.</p>}
    </Page>
  )
}

function Setting({ title, text, children }: { title: string; text: ReactNode; children: ReactNode }) {
  return (
    <div className="setting">
      <div className="grow">
        <h3>{title}</h3>
        <p className="small faint">{text}</p>
      </div>
      <div className="row">{children}</div>
    </div>
  )
}
