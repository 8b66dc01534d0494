import { isYuan, readYuan, sumYuan } from '../../kernel/money'

/** What a person typed, by case and column; never a number. */
export interface Place { row: number; column: number }
export interface Change { row: number; column: number; before: string; after: string }
export interface Block { top: number; bottom: number; left: number; right: number }
export type Cells = string[][]

/** Cells of what Excel puts on the clipboard: tabs and lines, quotes around cells that hold either. */
export function parseClipboard(text: string): string[][] {
  const rows: string[][] = [[]]
  let cell = ''
  let quoted = false
  const endCell = (): void => { rows.at(-1)?.push(cell); cell = '' }
  for (let n = 0; n < text.length; n += 1) {
    const sign = text[n] ?? ''
    if (quoted) {
      if (sign === '"' && text[n + 1] === '"') { cell += '"'; n += 1 } else if (sign === '"') quoted = false
      else cell += sign
    } else if (sign === '"' && cell === '') quoted = true
    else if (sign === '\t') endCell()
    else if (sign === '\n') { endCell(); rows.push([]) } else if (sign !== '\r') cell += sign
  }
  if (cell !== '' || (rows.at(-1)?.length ?? 0) > 0) endCell()
  return rows.filter((row) => row.length > 0)
}

export type AmountFault = 'not_an_amount' | 'negative_amount' | 'too_many_places'

/** What is wrong with an amount as typed; an empty cell is no fault. */
export function findAmountFault(typed: string): AmountFault | null {
  const plain = typed.replace(/[,，\s元￥¥]/g, '').replace(/。/g, '.')
  if (plain === '') return null
  if (/^-?[0-9]+\.[0-9]{3,}$/.test(plain)) return 'too_many_places'
  if (readYuan(plain) === null) return 'not_an_amount'
  return plain.startsWith('-') ? 'negative_amount' : null
}

/** "1234.5" of "1,234.5 元"; what is no amount stays as it was typed. */
export function tidyAmount(typed: string): string {
  return readYuan(typed) ?? typed.trim()
}

export function blockOf(a: Place, b: Place): Block {
  return { top: Math.min(a.row, b.row), bottom: Math.max(a.row, b.row), left: Math.min(a.column, b.column), right: Math.max(a.column, b.column) }
}

/** A single copied cell fills the whole selection; anything larger is laid down from its corner and cut at the edges. */
export function pasteChanges(cells: Cells, block: Block, pasted: string[][], tidy: (column: number, text: string) => string): Change[] {
  const only = pasted.length === 1 && pasted[0]?.length === 1 ? pasted[0][0] : undefined
  const changes: Change[] = []
  const put = (row: number, column: number, text: string): void => {
    const before = cells[row]?.[column]
    const after = tidy(column, text)
    if (before !== undefined && before !== after) changes.push({ row, column, before, after })
  }
  if (only !== undefined) eachPlace(block, (row, column) => { put(row, column, only) })
  else pasted.forEach((line, y) => { line.forEach((text, x) => { put(block.top + y, block.left + x, text) }) })
  return changes
}

/** Ctrl+D: the first row of the selection into all below it; one cell alone takes what stands above it. */
export function fillDownChanges(cells: Cells, block: Block): Change[] {
  const source = block.top === block.bottom ? block.top - 1 : block.top
  const changes: Change[] = []
  eachPlace(block, (row, column) => {
    const before = cells[row]?.[column]
    const after = cells[source]?.[column]
    if (before !== undefined && after !== undefined && before !== after) changes.push({ row, column, before, after })
  })
  return changes
}

export function clearChanges(cells: Cells, block: Block): Change[] {
  const changes: Change[] = []
  eachPlace(block, (row, column) => {
    const before = cells[row]?.[column] ?? ''
    if (before !== '') changes.push({ row, column, before, after: '' })
  })
  return changes
}

export function copyText(cells: Cells, block: Block): string {
  return cells.slice(block.top, block.bottom + 1).map((row) => row.slice(block.left, block.right + 1).join('\t')).join('\n')
}

export function apply(cells: Cells, changes: Change[], back = false): Cells {
  const next = [...cells]
  for (const one of changes) {
    const row = [...(next[one.row] ?? [])]
    row[one.column] = back ? one.before : one.after
    next[one.row] = row
  }
  return next
}

/** The sum of what is an amount in a column; faulty cells are left out until they are mended. */
export function columnTotal(cells: Cells, column: number): string {
  return sumYuan(cells.map((row) => row[column] ?? '').filter((text) => isYuan(text) && !text.startsWith('-')))
}

function eachPlace(block: Block, visit: (row: number, column: number) => void): void {
  for (let row = block.top; row <= block.bottom; row += 1) {
    for (let column = block.left; column <= block.right; column += 1) visit(row, column)
  }
}
