import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { t } from '../../kernel/i18n'
import { blockOf, clearChanges, copyText, fillDownChanges, parseClipboard, pasteChanges, type Cells, type Change, type Place } from './sheet'
import type { Person } from './useSheet'
import './tally.css'

const HEIGHT = 32
const VIEW = 480
const focusInput = (input: HTMLInputElement | null): void => { input?.focus() }
interface Props {
  people: Person[]
  cells: Cells
  headings: string[]
  totals: string[]
  faults: Map<string, string>
  readOnly: boolean
  at: Place
  onAt: (place: Place) => void
  onChange: (changes: Change[]) => void
  onUndo: () => void
  onRedo: () => void
  tidy: (column: number, text: string) => string
}

/** A light grid that answers the keys of Excel; only the rows in sight are drawn. */
export function TallyGrid({ people, cells, headings, totals, faults, readOnly, at, onAt, onChange, onUndo, onRedo, tidy }: Props) {
  const [anchor, setAnchor] = useState(at)
  const [editing, setEditing] = useState<string | null>(null)
  const [scroll, setScroll] = useState(0)
  const box = useRef<HTMLDivElement>(null)
  const dropped = useRef(false)
  const last = { row: cells.length - 1, column: headings.length - 1 }
  const block = blockOf(anchor, at)
  useEffect(() => {
    const held = box.current
    if (!held) return
    const top = at.row * HEIGHT
    if (top < held.scrollTop) held.scrollTop = top
    else if (top + HEIGHT * 3 > held.scrollTop + held.clientHeight) held.scrollTop = top + HEIGHT * 3 - held.clientHeight
  }, [at.row])

  const move = (row: number, column: number, extend = false): void => {
    const place = { row: Math.max(0, Math.min(last.row, row)), column: Math.max(0, Math.min(last.column, column)) }
    onAt(place)
    if (!extend) setAnchor(place)
  }
  /** Leaving the cell keeps what was typed, once, however it is left; Esc has dropped it before. */
  const keep = (): void => {
    if (editing === null) return
    const before = cells[at.row]?.[at.column] ?? ''
    const after = tidy(at.column, editing)
    setEditing(null)
    if (before !== after && !dropped.current) onChange([{ ...at, before, after }])
    dropped.current = false
  }
  const step = (back: boolean): void => {
    const n = at.row * headings.length + at.column + (back ? -1 : 1)
    if (n >= 0 && n < cells.length * headings.length) move(Math.floor(n / headings.length), n % headings.length)
  }
  const onKey = (event: KeyboardEvent): void => {
    const { key, shiftKey } = event
    const command = event.ctrlKey || event.metaKey
    const arrows: Record<string, [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-14, 0], PageDown: [14, 0] }
    const arrow = arrows[key]
    const edge = key === 'Tab' && ((shiftKey && at.row + at.column === 0) || (!shiftKey && at.row === last.row && at.column === last.column))
    if (event.nativeEvent.isComposing || edge) return
    if (editing !== null) {
      if (key === 'Enter' || key === 'Tab') { box.current?.focus(); if (key === 'Enter') move(at.row + (shiftKey ? -1 : 1), at.column); else step(shiftKey) }
      else if (key === 'Escape') { dropped.current = true; box.current?.focus() }
      else return
    }
    else if (arrow) move(at.row + arrow[0], at.column + arrow[1], shiftKey)
    else if (key === 'Home') move(command ? 0 : at.row, 0, shiftKey)
    else if (key === 'End') move(command ? last.row : at.row, last.column, shiftKey)
    else if (key === 'Tab') step(shiftKey)
    else if (key === 'Enter') move(at.row + (shiftKey ? -1 : 1), at.column)
    else if (command && key.toLowerCase() === 'a') { setAnchor({ row: 0, column: 0 }); onAt(last) }
    else if (readOnly) return
    else if (key === 'F2') setEditing(cells[at.row]?.[at.column] ?? '')
    else if (key === 'Delete' || key === 'Backspace') onChange(clearChanges(cells, block))
    else if (command && key.toLowerCase() === 'z') { if (shiftKey) onRedo(); else onUndo() }
    else if (command && key.toLowerCase() === 'y') onRedo()
    else if (command && key.toLowerCase() === 'd') onChange(fillDownChanges(cells, block))
    else if (key.length === 1 && !command && !event.altKey) setEditing(key)
    else return
    event.preventDefault()
  }
  const first = Math.max(0, Math.floor(scroll / HEIGHT) - 6)
  const shown = people.slice(first, first + Math.ceil(VIEW / HEIGHT) + 12)
  return (
    <div
      ref={box} className="sheet" role="grid" tabIndex={0} aria-label={t('填报表')} aria-rowcount={people.length + 2} aria-readonly={readOnly}
      aria-activedescendant={`cell-${at.row}-${at.column}`} onKeyDown={onKey} onScroll={(event) => { setScroll(event.currentTarget.scrollTop) }}
      onCopy={(event) => { if (editing === null) { event.clipboardData.setData('text/plain', copyText(cells, block)); event.preventDefault() } }}
      onPaste={(event) => { if (editing === null && !readOnly) { onChange(pasteChanges(cells, block, parseClipboard(event.clipboardData.getData('text/plain')), tidy)); event.preventDefault() } }}
    >
      <div className="sheet-row sheet-head" role="row">
        {[t('行'), t('姓名'), t('身份证号'), t('乡镇（街道）'), ...headings].map((one, n) => <span key={n} role="columnheader">{one}</span>)}
      </div>
      <div role="presentation" style={{ height: first * HEIGHT }} />
      {shown.map((person, n) => {
        const row = first + n
        return (
          <div key={person.caseId} className="sheet-row" role="row" aria-rowindex={row + 2}>
            <span role="rowheader" className="soft">{row + 1}</span>
            {[person.name, person.idMasked, person.township].map((text, k) => <span key={k} role="gridcell" className="sheet-locked number">{text}</span>)}
            {headings.map((_, column) => {
              const here = at.row === row && at.column === column
              const chosen = row >= block.top && row <= block.bottom && column >= block.left && column <= block.right
              const fault = faults.get(`${row} ${column}`)
              const kind = `${column < last.column ? 'sheet-amount' : ''} ${chosen ? 'sheet-chosen' : ''} ${here ? 'sheet-here' : ''} ${fault ? 'sheet-fault' : ''}`
              return (
                <span
                  key={column} id={`cell-${row}-${column}`} role="gridcell" className={kind} tabIndex={-1} aria-selected={chosen} aria-invalid={fault !== undefined} title={fault}
                  onMouseDown={(event) => { if (!(here && editing !== null)) { event.preventDefault(); box.current?.focus(); move(row, column, event.shiftKey) } }}
                  onMouseEnter={(event) => { if (event.buttons === 1) move(row, column, true) }}
                  onDoubleClick={() => { if (!readOnly) setEditing(cells[row]?.[column] ?? '') }}
                >
                  {here && editing !== null
                    ? <input ref={focusInput} aria-label={headings[column]} value={editing} onChange={(event) => { setEditing(event.target.value) }} onBlur={keep} />
                    : cells[row]?.[column]}
                </span>
              )
            })}
          </div>
        )
      })}
      <div role="presentation" style={{ height: Math.max(0, people.length - first - shown.length) * HEIGHT }} />
      <div className="sheet-row sheet-foot" role="row">
        <span role="gridcell" /><span role="rowheader">{t('合计')}</span><span role="gridcell">{t('{n} 人', { n: people.length })}</span><span role="gridcell" />
        {totals.map((one, n) => <span key={n} role="gridcell" className="sheet-amount">{one}</span>)}
      </div>
    </div>
  )
}
