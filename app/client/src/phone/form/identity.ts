import { sha256 } from '../store/vault'

/** Two places of a keyed hash: 255 of 256 typing errors are noticed; the server has the last word. */
export async function fits(ticket: string, hint: string, digits: string): Promise<boolean> {
  return (await sha256(new TextEncoder().encode(`${ticket}:${digits}`))).startsWith(hint)
}
