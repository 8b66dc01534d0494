import { expect, test } from 'vitest'

const sources = import.meta.glob<string>(['../{desk,kernel,pages,api}/**/*.{ts,tsx}', '!../**/*.test.*', '!../**/en.ts', '!../api/schema.d.ts'], {
  eager: true, query: '?raw', import: 'default',
})
const words = import.meta.glob<{ words: Record<string, string> }>(['../pages/*/en.ts', './en.ts'], { eager: true })

test('every sentence of the desk is there in English too', () => {
  const english = new Set(Object.values(words).flatMap((room) => Object.keys(room.words)))
  const missing = Object.entries(sources).flatMap(([file, text]) =>
    [...text.matchAll(/\b(?:t\(|label: )'([^']*\p{Script=Han}[^']*)'/gu)]
      .map((found) => found[1] ?? '')
      .filter((sentence) => !english.has(sentence))
      .map((sentence) => `${file}: ${sentence}`),
  )
  expect(missing).toEqual([])
})

test('no sentence loses its numbers on the way', () => {
  const holes = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map((found) => found[0]).sort()
  const torn = Object.values(words).flatMap((room) => Object.entries(room.words)).filter(([a, b]) => holes(a).join() !== holes(b).join())
  expect(torn).toEqual([])
})
