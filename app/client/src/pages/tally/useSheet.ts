import { useEffect, useRef, useState } from 'react'
import { api, type Answer } from '../../kernel/http'
import { asProblem, type Problem } from '../../kernel/problem'
import { apply, findAmountFault, type Cells, type Change } from './sheet'

type Row = Answer<'/tally-requests/{request_id}/rows'>['items'][number]
export interface Person { caseId: number; caseNo: string; name: string; idMasked: string; township: string }
export interface SheetData { people: Person[]; cells: Cells; version: string }
export type Saved = 'clean' | 'waiting' | 'saved' | 'failed' | 'conflict'

/** All rows of a tally, page by page; the last column is the note. */
export async function readSheet(requestId: number, payers: string[], signal: AbortSignal): Promise<SheetData> {
  const rows: Row[] = []
  let version = ''
  let cursor: string | null | undefined
  do {
    const page = await api.read('/tally-requests/{request_id}/rows', { path: { request_id: requestId }, query: { limit: 200, ...(cursor ? { cursor } : {}) }, signal })
    rows.push(...page.data.items)
    version = page.etag ?? version
    cursor = page.data.next
  } while (cursor)
  return {
    version,
    people: rows.map((row) => ({ caseId: row.case_id ?? 0, caseNo: row.case_no ?? '', name: row.name ?? '', idMasked: row.id_masked ?? '', township: row.township ?? '' })),
    cells: rows.map((row) => [...payers.map((payer) => row.amounts?.[payer] ?? ''), row.note ?? '']),
  }
}

/** Cells with undo, written to the server row by row a moment after the last key. */
export function useSheet(requestId: number, payers: string[], start: SheetData) {
  const [cells, setCells] = useState(start.cells)
  const [past, setPast] = useState<Change[][]>([])
  const [future, setFuture] = useState<Change[][]>([])
  const [refused, setRefused] = useState<Map<string, string>>(new Map())
  const [saved, setSaved] = useState<Saved>('clean')
  const [problem, setProblem] = useState<Problem | null>(null)
  const [turn, setTurn] = useState(0)
  const dirty = useRef(new Set<number>())
  const version = useRef(start.version)
  const running = useRef(false)
  const latest = useRef(cells)
  useEffect(() => { latest.current = cells }, [cells])

  const put = (changes: Change[], back = false): void => {
    changes.forEach((one) => dirty.current.add(one.row))
    setCells((now) => apply(now, changes, back))
    setRefused((now) => new Map([...now].filter(([key]) => !changes.some((one) => Number(key.split(' ')[0]) === one.row))))
    setSaved('waiting')
    setTurn((n) => n + 1)
  }
  const change = (changes: Change[]): void => {
    if (changes.length === 0) return
    setPast((now) => [...now, changes])
    setFuture([])
    put(changes)
  }
  const undo = (): void => {
    const last = past.at(-1)
    if (!last) return
    setPast(past.slice(0, -1))
    setFuture([...future, last])
    put(last, true)
  }
  const redo = (): void => {
    const next = future.at(-1)
    if (!next) return
    setFuture(future.slice(0, -1))
    setPast([...past, next])
    put(next)
  }

  useEffect(() => {
    const save = async (): Promise<void> => {
      if (running.current || dirty.current.size === 0) return
      running.current = true
      const sent = [...dirty.current].filter((row) => payers.every((_, n) => findAmountFault(latest.current[row]?.[n] ?? '') === null))
      const rows = sent.map((row) => {
        const line = latest.current[row] ?? []
        return { case_id: start.people[row]?.caseId ?? 0, note: line[payers.length] || null, amounts: Object.fromEntries(payers.map((payer, n) => [payer, line[n] || null])) }
      })
      dirty.current.clear()
      try {
        if (rows.length > 0) {
          const reply = await api.patch('/tally-requests/{request_id}/rows', { path: { request_id: requestId }, body: { rows } as never, ifMatch: version.current })
          version.current = String(reply.version)
        }
        setProblem(null)
        setSaved('saved')
      } catch (failed) {
        const found = asProblem(failed)
        const faulty = new Map(found.faults.flatMap((fault) => {
          const [, n, payer] = /^\/rows\/(\d+)\/amounts\/(.+)$/.exec(fault.where ?? '') ?? []
          return n === undefined || payer === undefined ? [] : [[`${sent[Number(n)]} ${payers.indexOf(payer)}`, fault.message] as const]
        }))
        setRefused((now) => new Map([...now, ...faulty]))
        const bad = new Set([...faulty.keys()].map((key) => Number(key.split(' ')[0])))
        sent.filter((row) => !bad.has(row)).forEach((row) => dirty.current.add(row))
        const stuck = faulty.size === 0
        setProblem(stuck ? found : null)
        setSaved(!stuck ? 'waiting' : found.status === 409 || found.status === 412 ? 'conflict' : 'failed')
        if (!stuck) setTurn((n) => n + 1)
      } finally {
        running.current = false
        if (dirty.current.size > 0 && latest.current !== cells) setTurn((n) => n + 1)
      }
    }
    const timer = setTimeout(() => { void save() }, 700)
    return () => { clearTimeout(timer) }
  }, [turn]) // eslint-disable-line react-hooks/exhaustive-deps -- only a new change begins a new wait; the rest is read when it is over
  return { cells, change, undo, redo, refused, saved, problem }
}
