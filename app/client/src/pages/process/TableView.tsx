import Viewer from 'dmn-js/lib/Viewer'
import 'dmn-js/dist/assets/dmn-js-shared.css'
import 'dmn-js/dist/assets/dmn-js-decision-table.css'
import 'dmn-js/dist/assets/dmn-js-literal-expression.css'
import 'dmn-js/dist/assets/dmn-js-boxed-expression.css'
import { useEffect, useRef, useState } from 'react'
import { t } from '../../kernel/i18n'
import { asProblem, type Problem } from '../../kernel/problem'
import { ProblemNote } from '../../desk/parts/ProblemNote'
import './process.css'

/** One decision of a published table file, as its modeller draws it; the drawer's mark stays visible, as its licence asks. */
export default function TableView({ xml, decision }: { xml: string; decision: string }) {
  const box = useRef<HTMLDivElement>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  useEffect(() => {
    if (!box.current) return undefined
    const made = new Viewer({ container: box.current })
    let gone = false
    const show = async (): Promise<void> => {
      await made.importXML(xml, { open: false })
      const view = made.getViews().find((one) => one.element.id === decision)
      if (gone || !view) return
      await made.open(view)
      setProblem(null)
    }
    show().catch((refused: unknown) => { if (!gone) setProblem(asProblem(refused)) })
    return () => {
      gone = true
      made.destroy()
    }
  }, [xml, decision])
  return (
    <>
      {problem && <ProblemNote problem={problem} />}
      <div className="decision-frame">
        {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a wide table must scroll by keyboard */}
        <div ref={box} className="decision" role="region" aria-label={t('决策表')} tabIndex={0} />
      </div>
    </>
  )
}
