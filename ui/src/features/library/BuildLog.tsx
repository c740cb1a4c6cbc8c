import { useLayoutEffect, useRef } from 'react'
import { CopyButton } from '../../design/components/Code'

/** A log that follows its end, until its reader scrolls up. */
export function BuildLog({ title, lines, testId }: { title: string; lines: readonly string[]; testId?: string }) {
  const scroll = useRef<HTMLDivElement>(null)
  const follow = useRef(true)
  useLayoutEffect(() => {
    const box = scroll.current
    if (box && follow.current) box.scrollTop = box.scrollHeight
  }, [lines])
  return (
    <div className="code build-log" data-testid={testId}>
      <div className="code-tools">
        <CopyButton text={lines.join('\n')} what="Log" />
      </div>
      <div
        ref={scroll}
        className="code-scroll"
        tabIndex={0}
        role="region"
        aria-label={`Log of the build of ${title}`}
        onScroll={({ currentTarget: box }) => {
          follow.current = box.scrollHeight - box.scrollTop - box.clientHeight < 24
        }}
      >
        <pre>{lines.join('\n')}</pre>
      </div>
    </div>
  )
}
