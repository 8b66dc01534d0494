import type { ReactNode } from 'react'
import { usePageTitle } from './usePageTitle'

interface Props {
  title: string
  /** One sentence that says what this page is for. */
  hint?: ReactNode
  actions?: ReactNode
  children: ReactNode
}

/** Heading, one sentence, the page's actions, and what it shows. */
export function Page({ title, hint, actions, children }: Props) {
  usePageTitle(title)
  return (
    <>
      <div className="page-head">
        <div>
          <h1>{title}</h1>
          {hint && <p className="soft">{hint}</p>}
        </div>
        {actions && <div className="page-actions">{actions}</div>}
      </div>
      {children}
    </>
  )
}
