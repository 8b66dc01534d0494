import { useSyncExternalStore } from 'react'

/** Chinese is the language of the code's own texts; English is found by the Chinese sentence. */
export type Language = 'zh' | 'en'
export type Words = Record<string, string>

const KEPT = 'nuanxin.language'
const english = new Map<string, string>()
const listeners = new Set<() => void>()
let current: Language = readKept()

function readKept(): Language {
  try {
    return localStorage.getItem(KEPT) === 'en' ? 'en' : 'zh'
  } catch {
    return 'zh'
  }
}

/** English for Chinese sentences; every room hands over its own from `en.ts`. */
export function addWords(words: Words): void {
  for (const [chinese, other] of Object.entries(words)) english.set(chinese, other)
}

/** The sentence in the language of the page; `{name}` is replaced by `values.name`. Call it while rendering. */
export function t(chinese: string, values: Record<string, string | number> = {}): string {
  const text = current === 'en' ? (english.get(chinese) ?? chinese) : chinese
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}

export function language(): Language {
  return current
}

export function setLanguage(next: Language): void {
  current = next
  try {
    localStorage.setItem(KEPT, next)
  } catch {
    // A browser that keeps nothing still shows the chosen language until it is closed.
  }
  document.documentElement.lang = next === 'zh' ? 'zh-CN' : 'en'
  listeners.forEach((tell) => { tell() })
}

export function useLanguage(): Language {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell)
      return () => listeners.delete(tell)
    },
    () => current,
  )
}
