import { interval, percent, points, signedInterval, signedPoints } from '../format'

interface IntervalBarProps {
  value: number
  low: number
  high: number
  colour: string
  /** Where the scale begins and ends; the whole of [0, 1] unless told otherwise. */
  from?: number
  to?: number
}

/** A score as a dot on its interval, on a scale shared by the rows of a table. The numbers stand beside it. */
export function IntervalBar({ value, low, high, colour, from = 0, to = 1 }: IntervalBarProps) {
  const at = (x: number) => `${(100 * (x - from)) / (to - from)}%`
  const width = `${(100 * (high - low)) / (to - from)}%`
  return (
    <div className="ibar" aria-hidden title={`${percent(value)}, interval ${interval(low, high)}`}>
      <div className="ibar-line" style={{ left: at(low), width, background: colour }} />
      <div className="ibar-dot" style={{ left: at(value), background: colour }} />
    </div>
  )
}

/** The headings of such a column. */
export function IntervalScale({ ticks = [0, 0.25, 0.5, 0.75, 1] }: { ticks?: readonly number[] }) {
  return (
    <>
      <span className="sr-only">Drawn on a scale from 0 to 100 %</span>
      <div className="iscale num" aria-hidden>
        {ticks.map((t) => (
          <span key={t} style={{ left: `${t * 100}%` }}>
            {points(t, 0)}
          </span>
        ))}
      </div>
    </>
  )
}

interface ScoreTextProps {
  value: number
  low: number
  high: number
}

/** `45.1  38.2 – 52.1`: never a score without its interval. */
export function ScoreText({ value, low, high }: ScoreTextProps) {
  return (
    <span className="score-text num">
      <strong>{points(value)}</strong>
      <span className="faint">{interval(low, high)}</span>
    </span>
  )
}

/** `+16.6  +11.0 to +21.5`: a difference in points, and its interval. */
export function DifferenceText({ value, low, high }: ScoreTextProps) {
  return (
    <span className="score-text diff-text num">
      <strong>{signedPoints(value)}</strong>
      <span>{signedInterval(low, high)}</span>
    </span>
  )
}
