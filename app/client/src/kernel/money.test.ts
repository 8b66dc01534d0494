import { describe, expect, test } from 'vitest'
import { formatYuan, readYuan, sumYuan } from './money'

describe('money', () => {
  test('is shown with separators and two places, however large', () => {
    expect(formatYuan('1234567.8')).toBe('1,234,567.80')
    expect(formatYuan('9007199254740993.01')).toBe('9,007,199,254,740,993.01')
    expect(formatYuan('-0.05')).toBe('-0.05')
    expect(formatYuan(null)).toBe('—')
  })
  test('adds up without losing a fen', () => {
    expect(sumYuan(['0.10', '0.20', null, '1204530.12'])).toBe('1204530.42')
  })
  test('is read as people type it, and nothing else', () => {
    expect(readYuan('￥1，234.5 元')).toBe('1234.5')
    expect(readYuan('12.345')).toBeNull()
    expect(readYuan('1e3')).toBeNull()
  })
})
