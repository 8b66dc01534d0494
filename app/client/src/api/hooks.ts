import { useCallback, useEffect, useRef, useState } from 'react'
import { newKey } from '../kernel/http'
import { asProblem, type Problem } from '../kernel/problem'

export interface Loaded<D> {
  data: D | null
  problem: Problem | null
  loading: boolean
  reload: () => void
}

/**
 * What a reading answers, anew whenever `key` changes; what was shown stays until the next answer is there.
 * `key` names everything the reading depends on (undefined: do not read yet).
 */
export function useData<D>(key: string | undefined, read: (signal: AbortSignal) => Promise<D>): Loaded<D> {
  const [answer, setAnswer] = useState<{ key: string; data: D | null; problem: Problem | null } | null>(null)
  const [turn, setTurn] = useState(0)
  const [loading, setLoading] = useState(key !== undefined)
  const latest = useRef(read)
  useEffect(() => {
    latest.current = read
  })
  useEffect(() => {
    if (key === undefined) return undefined
    const control = new AbortController()
    const keep = (data: D | null, problem: Problem | null): void => {
      if (control.signal.aborted) return
      setAnswer((before) => ({ key, data: problem && before?.key === key ? before.data : data, problem }))
      setLoading(false)
    }
    setLoading(true) // eslint-disable-line react-hooks/set-state-in-effect -- the beginning of a request is its own state
    latest.current(control.signal).then((data) => { keep(data, null) }, (refused: unknown) => { keep(null, asProblem(refused)) })
    return () => { control.abort() }
  }, [key, turn])
  const reload = useCallback(() => { setTurn((n) => n + 1) }, [])
  return { data: answer?.data ?? null, problem: answer?.problem ?? null, loading, reload }
}

/** The same again every so many seconds while `on` and the page is looked at. */
export function useRepeat(on: boolean, seconds: number, again: () => void): void {
  const latest = useRef(again)
  useEffect(() => {
    latest.current = again
  })
  useEffect(() => {
    if (!on) return undefined
    const timer = setInterval(() => { if (!document.hidden) latest.current() }, seconds * 1000)
    return () => { clearInterval(timer) }
  }, [on, seconds])
}

export interface Action<A extends unknown[], D> {
  run: (...given: A) => Promise<D | undefined>
  busy: boolean
  problem: Problem | null
  clear: () => void
}

/**
 * Something that changes the county. `work` gets an Idempotency-Key that stays the same while the answer is
 * unknown, so that pressing again after a lost connection does not do it twice.
 */
export function useAction<A extends unknown[], D>(work: (key: string, ...given: A) => Promise<D>): Action<A, D> {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const pending = useRef<{ key: string; given: string } | null>(null)
  const running = useRef(false)
  const run = async (...given: A): Promise<D | undefined> => {
    if (running.current) return undefined
    running.current = true
    const said = JSON.stringify(given)
    if (pending.current?.given !== said) pending.current = { key: newKey(), given: said }
    setBusy(true)
    setProblem(null)
    try {
      const data = await work(pending.current.key, ...given)
      pending.current = null
      return data
    } catch (refused) {
      const found = asProblem(refused)
      if (found.status > 0 && found.status < 500) pending.current = null
      setProblem(found)
      return undefined
    } finally {
      running.current = false
      setBusy(false)
    }
  }
  return { run, busy, problem, clear: () => { setProblem(null) } }
}
