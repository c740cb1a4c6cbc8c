import { useModelColour } from '../colours'
import { modelParts } from '../names'
import { Swatch } from './Bits'

/** A model's name with its colour; provider and server on hover. */
export function ModelLabel({ model, withHost = false }: { model: string; withHost?: boolean }) {
  const colour = useModelColour()
  const { name, provider, host } = modelParts(model)
  return (
    <span className="model-label" title={model}>
      <Swatch colour={colour(model)} />
      <span className="clip">{name}</span>
      {withHost && host && <span className="faint small clip">{host}</span>}
      {withHost && !host && provider && provider !== 'local' && <span className="faint small">{provider}</span>}
    </span>
  )
}

export function ModelLabels({ models }: { models: readonly string[] }) {
  return (
    <span className="model-labels">
      {models.map((m) => (
        <ModelLabel key={m} model={m} />
      ))}
    </span>
  )
}
