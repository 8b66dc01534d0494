import { useEffect, useRef, type ReactNode } from 'react'

/** A question over the page; Escape and a tap beside it mean no. */
export function Dialog({ title, children, close }: { title: string; children: ReactNode; close: () => void }) {
  const shown = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const dialog = shown.current
    if (dialog && !dialog.open) dialog.showModal()
  }, [])
  return (
    <dialog ref={shown} className="sheet" aria-labelledby="dialog-title" onCancel={(event) => { event.preventDefault(); close() }}>
      <h2 id="dialog-title">{title}</h2>
      {children}
    </dialog>
  )
}
