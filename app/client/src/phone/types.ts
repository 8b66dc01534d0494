import type { Answer } from '../kernel/http'

export type Sheet = Answer<'/mobile/visits'>
export type Visit = Sheet['visits'][number]
export interface Scheme {
  name: string
  second_visitor: boolean
  visit_signatures: boolean
  identity_check: string
  payers: { payer: string; name: string; kind: string }[]
}
export interface Place {
  lat: string
  lng: string
}
/** The visit form as the phone fills it: files stand in it as `sha256:<hex>`. */
export interface VisitForm {
  result?: string
  visited_at?: string
  method?: string
  id_last4?: string
  figures?: { payer: string; amount: string; files?: string[] }[]
  paper_cost?: { amount: string; files: string[] }
  payee?: { confirmed: boolean; kind?: string; name?: string; relation?: string; account?: string; bank?: string; proof_file?: string }
  second_visitor?: string
  signatures?: { visitor?: string; household?: string }
  statement_file?: string
  photos?: string[]
  place?: Place
  opinion?: string
}
export interface Fault {
  where: string
  code: string
  message: string
}
/** What the phone measured by itself, kept apart from what was answered. */
export interface Measured {
  phone_clock: string | null
  clock_offset_ms: number | null
  place_accuracy_m: number | null
  photos: { sha256: string; lat: string | null; lng: string | null; taken_at: string | null }[]
}
export interface Me {
  id: number
  login: string
  name: string
}
