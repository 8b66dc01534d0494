/** Money is text like "1234.50" everywhere; sums are made in fen as BigInt, never in floating point. */
const YUAN = /^-?(0|[1-9][0-9]*)(\.[0-9]{1,2})?$/

export function isYuan(text: string): boolean {
  return YUAN.test(text)
}

/** Fen of "1234.5"; throws RangeError for anything that is no amount. */
export function toFen(yuan: string): bigint {
  if (!YUAN.test(yuan)) throw new RangeError(`no amount: ${yuan}`)
  const [whole = '0', part = ''] = yuan.replace('-', '').split('.')
  const fen = BigInt(whole) * 100n + BigInt(part.padEnd(2, '0'))
  return yuan.startsWith('-') ? -fen : fen
}

/** "1234.50" of 123450 fen. */
export function fromFen(fen: bigint): string {
  const digits = (fen < 0n ? -fen : fen).toString().padStart(3, '0')
  return `${fen < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** "1,234.50" of "1234.5". */
export function formatYuan(yuan: string | null | undefined): string {
  if (yuan === null || yuan === undefined || yuan === '') return '—'
  const [whole = '', part = ''] = fromFen(toFen(yuan)).split('.')
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${part}`
}

export function sumYuan(amounts: Iterable<string | null | undefined>): string {
  let total = 0n
  for (const amount of amounts) total += amount ? toFen(amount) : 0n
  return fromFen(total)
}

/** What people type ("1，234.5 元", "￥12") as "1234.5"; null when it is no amount. */
export function readYuan(typed: string): string | null {
  const plain = typed.replace(/[,，\s元￥¥]/g, '').replace(/。/g, '.')
  return YUAN.test(plain) ? plain : null
}
