import { sentence } from '../../design/components/Notice'
import { QUALITY_PARTS, qualityPartName } from '../../design/names'
import type { Quality } from '../../ipc/types'

/** How good the program looks, part by part, with what speaks against it. */
export function SampleQuality({ quality }: { quality: Quality }) {
  return (
    <section className="quality" aria-label="Quality" data-testid="sample-quality">
      <header className="quality-head">
        <h3>Quality</h3>
        <strong className="num">{quality.overall.toFixed(2)}</strong>
        <span className="small faint">{quality.basis === 'executed' ? 'told with its execution' : 'told from the text alone'}; 1 is the best</span>
      </header>
      <dl className="quality-parts">
        {QUALITY_PARTS.map((part) => {
          const reasons = quality.reasons.filter((r) => r.part === part)
          return (
            <div key={part} className="quality-part">
              <dt>{qualityPartName(part)}</dt>
              <dd>
                <span className="quality-bar" aria-hidden>
                  <span style={{ width: `${quality[part] * 100}%` }} />
                </span>
                <span className="num">{quality[part].toFixed(2)}</span>
                {reasons.map((r) => (
                  <span key={r.text} className="quality-reason small muted">
                    {sentence(r.text)}
                  </span>
                ))}
              </dd>
            </div>
          )
        })}
      </dl>
    </section>
  )
}
