import { expect, test } from 'vitest'
import { apply, columnTotal, copyText, fillDownChanges, findAmountFault, parseClipboard, pasteChanges, tidyAmount } from './sheet'

const keep = (_: number, text: string): string => tidyAmount(text)
const one = { top: 0, bottom: 0, left: 0, right: 0 }

test('a column of Excel comes with a line end after its last cell and blank cells in between', () => {
  expect(parseClipboard('1\r\n\r\n3\r\n')).toEqual([['1'], [''], ['3']])
})

test('a quoted cell keeps its tab, its line end and its quotes', () => {
  expect(parseClipboard('"a\tb\n""c"""\t2')).toEqual([['a\tb\n"c"', '2']])
})

test('a paste stops at the last row and the last column', () => {
  const cells = [['', ''], ['', '']]
  expect(apply(cells, pasteChanges(cells, { top: 1, bottom: 1, left: 1, right: 1 }, [['1', '2'], ['3', '4']], keep))).toEqual([['', ''], ['', '1']])
})

test('one copied cell fills the whole selection', () => {
  const cells = [[''], ['']]
  expect(apply(cells, pasteChanges(cells, { ...one, bottom: 1 }, [['1,000 元']], keep))).toEqual([['1000'], ['1000']])
})

test('taking a change back gives the cells as they were', () => {
  const cells = [['5'], [''], ['7']]
  const changes = fillDownChanges(cells, { ...one, bottom: 2 })
  expect(apply(cells, changes)).toEqual([['5'], ['5'], ['5']])
  expect(apply(apply(cells, changes), changes, true)).toEqual(cells)
})

test('letters, a minus and a third place are told apart', () => {
  expect(['12a', '-3', '1.234', '', '1,234.5 元'].map(findAmountFault)).toEqual(['not_an_amount', 'negative_amount', 'too_many_places', null, null])
})

test('the total is exact to the fen and leaves faulty cells out', () => {
  expect(columnTotal([['0.1'], ['0.2'], ['x'], ['-9'], ['9007199254740993.01']], 0)).toBe('9007199254740993.31')
})

test('a block is copied as Excel takes it', () => {
  expect(copyText([['1', '2'], ['3', '4']], { top: 0, bottom: 1, left: 0, right: 1 })).toBe('1\t2\n3\t4')
})
