import { useModelColour } from '../colours'
import { modelParts } from '../names'
import { Swatch } from './Bits'

/** A model's name with its colour; provider and server on hover. */
export function ModelLabel({ model, withHost = false }: { model: string; withHost?: boolean }) {
  const colour = useModelColour()
  return <ModelMark model={model} colour={colour(model)} withHost={withHost} />
}

/** The same for whoever knows the colour: a table of very many asks for it once. */
export function ModelMark({ model, colour, withHost = false }: { model: string; colour: string; withHost?: boolean }) {
  const { name, provider, host } = modelParts(model)
  return (
    <span className="model-label" title={model}>
      <Swatch colour={colour} />
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
