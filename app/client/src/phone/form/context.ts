import { createContext, useContext } from 'react'
import type { Measured, Scheme, Visit, VisitForm } from '../types'

/** What the questions of one visit share. */
export interface Asking {
  user: number
  visit: Visit
  scheme: Scheme
  form: VisitForm
  measured: (photo: Measured['photos'][number]) => void
  full: (error: unknown) => void
}
export const AskingContext = createContext<Asking | null>(null)

export function useAsking(): Asking {
  const asking = useContext(AskingContext)
  if (!asking) throw new Error('a question stands inside a visit')
  return asking
}
