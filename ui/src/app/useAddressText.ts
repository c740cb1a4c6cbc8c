import { useState } from 'react'

/**
 * A text that is typed here and stands in the address. The address follows a moment later, and what it held meanwhile
 * must not overwrite what was typed since.
 */
export function useAddressText(inAddress: string, write: (text: string) => void): [string, (text: string) => void] {
  const [text, setText] = useState(inAddress)
  const [underWay, setUnderWay] = useState<string | null>(null)
  if (underWay !== null && inAddress === underWay) setUnderWay(null)
  else if (underWay === null && inAddress !== text) setText(inAddress)
  const type = (next: string) => {
    setText(next)
    setUnderWay(next)
    write(next)
  }
  return [text, type]
}
