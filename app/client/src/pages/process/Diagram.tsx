import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer'
import 'bpmn-js/dist/assets/diagram-js.css'
import { useEffect, useRef, useState } from 'react'
import { t } from '../../kernel/i18n'
import { asProblem, type Problem } from '../../kernel/problem'
import { ProblemNote } from '../../desk/parts/ProblemNote'
import './process.css'

export interface Mark {
  element: string
  open: number
  overdue: number
  done: number
}
interface Canvas { zoom: (to?: 'fit-viewport' | number, at?: 'auto') => number; scrollToElement: (element: string) => void }
interface Overlays { add: (element: string, overlay: { position: { top: number; right: number }; html: HTMLElement; show: { minZoom: number } }) => void; clear: () => void }
interface Bus { on: (event: string, listener: (what: { element: { id: string } }) => void) => void }
interface Registry { get: (id: string) => unknown }

const READABLE = 0.7

function badge({ open, overdue, done }: Mark): HTMLElement {
  const box = document.createElement('div')
  box.className = overdue > 0 ? 'token token-late' : open > 0 ? 'token' : 'token token-done'
  box.textContent = open > 0 ? String(open) : `✓ ${done}`
  box.title = t('待办 {a}，逾期 {b}，办结 {c}', { a: open, b: overdue, c: done })
  return box
}

/** The whole drawing where it can be read; else as large as can be read, at the step where something waits. */
function showReadable(canvas: Canvas, known: Registry, waiting: string | undefined): void {
  if (canvas.zoom('fit-viewport', 'auto') >= READABLE) return
  canvas.zoom(READABLE)
  if (waiting && known.get(waiting)) canvas.scrollToElement(waiting)
}

/** A published drawing with live counts on it; the drawer's mark stays visible, as its licence asks. */
export function Diagram({ xml, marks, onChoose }: { xml: string; marks: Mark[]; onChoose: (element: string) => void }) {
  const box = useRef<HTMLDivElement>(null)
  const choose = useRef(onChoose)
  const first = useRef<string | undefined>(undefined)
  const [viewer, setViewer] = useState<NavigatedViewer | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  useEffect(() => {
    choose.current = onChoose
    first.current = (marks.find((one) => one.overdue > 0) ?? marks.find((one) => one.open > 0))?.element
  })
  useEffect(() => {
    if (!box.current) return undefined
    const made = new NavigatedViewer({ container: box.current })
    let gone = false
    made.importXML(xml).then(() => {
      if (gone) return
      showReadable(made.get<Canvas>('canvas'), made.get<Registry>('elementRegistry'), first.current)
      made.get<Bus>('eventBus').on('element.click', ({ element }) => { choose.current(element.id) })
      setProblem(null)
      setViewer(made)
    }, (refused: unknown) => { if (!gone) setProblem(asProblem(refused)) })
    return () => {
      gone = true
      setViewer(null)
      made.destroy()
    }
  }, [xml])
  useEffect(() => {
    if (!viewer) return
    const overlays = viewer.get<Overlays>('overlays')
    const known = viewer.get<Registry>('elementRegistry')
    overlays.clear()
    for (const mark of marks) {
      if (known.get(mark.element)) overlays.add(mark.element, { position: { top: -12, right: 20 }, html: badge(mark), show: { minZoom: 0 } })
    }
  }, [viewer, marks])
  return (
    <>
      {problem && <ProblemNote problem={problem} />}
      <div ref={box} className="diagram" role="group" aria-label={t('流程图，各步骤的件数见下表')} />
    </>
  )
}
