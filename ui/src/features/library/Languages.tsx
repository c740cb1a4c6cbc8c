import { useState } from 'react'
import { Check, ChevronDown, ChevronUp, Hammer, X } from 'lucide-react'
import { Badge, type Tone } from '../../design/components/Badge'
import { Button } from '../../design/components/Button'
import { ErrorNotice } from '../../design/components/Notice'
import { Panel } from '../../design/components/Panel'
import { Progress } from '../../design/components/Progress'
import { ago, bytes, shortDigest, when } from '../../design/format'
import type { Build } from '../../ipc/builds'
import { useBuild, useBuildCommands, useBuilds } from '../../ipc/hooks'
import type { AppStatus, ErrorInfo, LanguageStatus } from '../../ipc/types'
import { BuildLog } from './BuildLog'

/** The languages programs can be run in, each with its image. */
export function Languages({ status: { engine, languages } }: { status: AppStatus }) {
  const { start } = useBuildCommands()
  const building = useBuilds().filter(underWay)
  const missing = languages.filter((l) => !l.ready && !building.some((b) => b.language === l.language))
  const ready = languages.filter((l) => l.ready).length
  return (
    <Panel
      title="Languages"
      note={engine.ok ? `${engine.detail}; ${ready} of ${languages.length} are built` : undefined}
      flush
      actions={
        missing.length > 0 && (
          <Button
            icon={<Hammer size={15} aria-hidden />}
            kind={ready === 0 ? 'primary' : 'secondary'}
            disabled={!engine.ok}
            onClick={() => missing.forEach((l) => start(l.language, false))}
            data-testid="sandbox-build-missing"
          >
            Build all that are missing
          </Button>
        )
      }
    >
      {languages.length > 0 ? (
        <ul className="things">
          {languages.map((l) => (
            <LanguageRow key={l.language} language={l} engine={engine.ok} />
          ))}
        </ul>
      ) : (
        <p className="thing small muted">The languages are listed once the container engine answers.</p>
      )}
    </Panel>
  )
}

const underWay = (build: Build | undefined): boolean => build?.state === 'waiting' || build?.state === 'running'

function look(language: LanguageStatus, build: Build | undefined): { tone: Tone; word: string } {
  if (build?.state === 'running') return { tone: 'accent', word: 'Building' }
  if (build?.state === 'waiting') return { tone: 'mute', word: 'Waiting' }
  if (build?.state === 'failed' && !language.ready) return { tone: 'bad', word: 'Build failed' }
  return language.ready ? { tone: 'ok', word: 'Built' } : { tone: 'mute', word: 'Not built' }
}

function LanguageRow({ language, engine }: { language: LanguageStatus; engine: boolean }) {
  const build = useBuild(language.language)
  const { start, cancel } = useBuildCommands()
  // Open while it is built and when that failed, unless its person said otherwise.
  const [shown, setShown] = useState<boolean | null>(null)
  const open = shown ?? (build?.state === 'running' || build?.state === 'failed')
  const busy = underWay(build)
  const { tone, word } = look(language, build)
  const log = build && build.log.length > 0 ? build : null
  return (
    <li className="language" data-testid={`sandbox-${language.language}`} data-ready={language.ready} data-build={build?.state}>
      <div className="language-row">
        <div className="language-name">
          <p className="thing-title">{language.title}</p>
          <p className="small faint">{language.toolchain ?? 'no toolchain yet'}</p>
        </div>
        <div className="language-image small">
          <p className="mono clip" title={language.image}>
            {language.image}
          </p>
          {language.digest && (
            <p className="mono faint clip" title={language.digest}>
              {shortDigest(language.digest)}
            </p>
          )}
        </div>
        <div className="language-size small num">
          {language.size_bytes !== null && <p>{bytes(language.size_bytes)}</p>}
          {language.created !== null && (
            <p className="faint">
              <time dateTime={language.created} title={when(language.created)}>
                {ago(language.created)}
              </time>
            </p>
          )}
        </div>
        <div className="language-state">
          <Badge tone={tone} icon={word === 'Built' ? <Check size={13} strokeWidth={2.4} aria-hidden /> : word === 'Build failed' ? <X size={13} strokeWidth={2.4} aria-hidden /> : undefined} testId={`sandbox-state-${language.language}`}>
            {word}
          </Badge>
        </div>
        <div className="language-actions">
          {busy ? (
            <Button icon={<X size={15} aria-hidden />} onClick={() => cancel(language.language)} aria-label={`Cancel building ${language.title}`} data-testid={`sandbox-cancel-${language.language}`}>
              Cancel
            </Button>
          ) : (
            <Button
              icon={<Hammer size={15} aria-hidden />}
              kind={language.ready ? 'quiet' : 'secondary'}
              disabled={!engine}
              onClick={() => {
                setShown(null)
                start(language.language, language.ready)
              }}
              aria-label={`${language.ready ? 'Build again' : 'Build'}: ${language.title}`}
              data-testid={`sandbox-build-${language.language}`}
            >
              {language.ready ? 'Build again' : 'Build'}
            </Button>
          )}
        </div>
      </div>
      {build?.state === 'running' && (
        <div className="language-progress">
          <Progress label={`Building ${language.title}`} value={null} thin />
          <p className="small faint clip">{build.log[build.log.length - 1] ?? 'starting'}</p>
        </div>
      )}
      {build?.state === 'failed' && build.error && <ErrorNotice title={language.ready ? `${language.title} was not built again; the image from before is still used` : `${language.title} was not built`} error={withoutLog(build.error)} />}
      {build?.state === 'cancelled' && !language.ready && <p className="small muted">The build was cancelled; what it had made is kept for the next.</p>}
      {log && (
        <div className="language-log">
          <Button
            kind="quiet"
            size="small"
            icon={open ? <ChevronUp size={14} aria-hidden /> : <ChevronDown size={14} aria-hidden />}
            aria-expanded={open}
            onClick={() => setShown(!open)}
            data-testid={`sandbox-log-toggle-${language.language}`}
          >
            Log of the build
          </Button>
          {open && <BuildLog title={language.title} lines={log.log} testId={`sandbox-log-${language.language}`} />}
        </div>
      )}
    </li>
  )
}

/** The hint of a failed build is the end of its log, which stands below as it is. */
function withoutLog(error: ErrorInfo): ErrorInfo {
  return error.code === 'image-build-failed' ? { ...error, hint: null } : error
}
