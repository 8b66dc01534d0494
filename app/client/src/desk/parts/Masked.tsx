/** An ID number or account as the server masked it: 330683********1234. */
export function Masked({ value }: { value: string | null | undefined }) {
  return <span className="number">{value ?? '—'}</span>
}
