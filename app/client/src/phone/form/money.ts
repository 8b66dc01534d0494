/** What a key of the money pad makes of what stands there: at most ten places before the point and two behind. */
export function press(shown: string, key: string): string {
  if (key === '⌫') return shown.slice(0, -1)
  if (key === '.') return shown.includes('.') ? shown : `${shown || '0'}.`
  const next = shown === '0' ? key : shown + key
  return /^(0|[1-9][0-9]{0,9})(\.[0-9]{0,2})?$/.test(next) ? next : shown
}

/** "12." and "12.5" as they are sent; empty while nothing stands there. */
export function finish(shown: string): string {
  return shown.endsWith('.') ? shown.slice(0, -1) : shown
}
