import { expect, test } from 'vitest'
import { daysUntil, dueWords, formatMoment } from './dates'

const now = new Date('2026-11-23T10:00:00+08:00')

test.each([
  ['2026-11-23T23:59:59+08:00', '今天到期'], ['2026-11-23T09:00:00+08:00', '今天已到期'], ['2026-11-24T00:00:00+08:00', '明天到期'],
  ['2026-11-26T12:00:00+08:00', '还有 3 天'], ['2026-11-21T12:00:00+08:00', '已逾期 2 天'],
])('%s is said as %s', (due, words) => {
  expect(dueWords(due, null, now)).toBe(words)
})

test('days are the county’s days, wherever the computer stands', () => {
  expect(formatMoment('2026-11-22T16:30:00Z')).toBe('2026-11-23 00:30')
  expect(daysUntil('2026-11-22T16:30:00Z', new Date('2026-11-22T15:00:00Z'))).toBe(1)
})
