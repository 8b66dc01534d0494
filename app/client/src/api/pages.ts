import { useCallback, useEffect, useRef, useState } from 'react'
import { asProblem, type Problem } from '../kernel/problem'

export interface ServerPage<T> {
  items: T[]
  next: string | null
}
export interface Pages<T> {
  items: T[]
  problem: Problem | null
  loading: boolean
  /** Page shown, from 1; `more` says whether there is another behind it. */
  page: number
  more: boolean
  turn: (page: number) => void
  reload: () => void
}

/** A list of the server page by page: a cursor leads to the next one, those passed are remembered. */
export function usePages<T>(key: string, read: (cursor: string | undefined, signal: AbortSignal) => Promise<ServerPage<T>>): Pages<T> {
  const [place, setPlace] = useState<{ key: string; page: number }>({ key, page: 1 })
  const [shown, setShown] = useState<{ items: T[]; next: string | null }>({ items: [], next: null })
  const [problem, setProblem] = useState<Problem | null>(null)
  const [loading, setLoading] = useState(true)
  const [round, setRound] = useState(0)
  const cursors = useRef<(string | undefined)[]>([undefined])
  const latest = useRef(read)
  const page = place.key === key ? place.page : 1
  useEffect(() => {
    latest.current = read
  })
  useEffect(() => {
    const control = new AbortController()
    if (page === 1) cursors.current = [undefined]
    setLoading(true) // eslint-disable-line react-hooks/set-state-in-effect -- the beginning of a request is its own state
    latest.current(cursors.current[page - 1], control.signal).then(
      (answer) => {
        if (control.signal.aborted) return
        cursors.current[page] = answer.next ?? undefined
        setShown(answer)
        setProblem(null)
        setLoading(false)
      },
      (refused: unknown) => {
        if (control.signal.aborted) return
        setProblem(asProblem(refused))
        setLoading(false)
      },
    )
    return () => { control.abort() }
  }, [key, page, round])
  const turn = useCallback((to: number) => { setPlace({ key, page: to }) }, [key])
  const reload = useCallback(() => { setRound((n) => n + 1) }, [])
  return { items: shown.items, problem, loading, page, more: shown.next !== null, turn, reload }
}
