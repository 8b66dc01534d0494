import { useCallback, useState } from 'react'

/** A choice that this browser remembers; nothing about people is ever kept this way. */
export function useKept<V>(name: string, first: V): [V, (value: V) => void] {
  const place = `nuanxin.${name}`
  const [value, setValue] = useState<V>(() => read(place, first))
  const keep = useCallback((next: V) => {
    setValue(next)
    try {
      localStorage.setItem(place, JSON.stringify(next))
    } catch {
      // A browser that keeps nothing forgets the choice when the page is closed; nothing else is lost.
    }
  }, [place])
  return [value, keep]
}

function read<V>(place: string, first: V): V {
  try {
    const kept = localStorage.getItem(place)
    return kept === null ? first : (JSON.parse(kept) as V)
  } catch {
    return first
  }
}
