import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { forms } from 'virtual:phone-forms'
import { describe, expect, test } from 'vitest'
import { shrunkSize } from '../device/photo'
import { readPhotoPlace } from '../device/exif'
import { words } from '../en'
import { whyNot } from '../form/checks'
import { fits } from '../form/identity'
import { finish, press } from '../form/money'
import { answersOf, stepOf, stepsFor } from '../form/steps'
import { faultsOf, isKnownForm, questionOf } from '../form/validator'
import type { VisitForm } from '../types'
import { scheme, visitOf } from './helpers'

const type = (keys: string): string => [...keys].reduce(press, '')

describe('the money pad', () => {
  test('makes amounts and nothing else', () => {
    expect(type('1234.50')).toBe('1234.50')
    expect(type('0012')).toBe('12')
    expect(type('.5')).toBe('0.5')
    expect(type('1..2.345')).toBe('1.23')
    expect(type('12345678901')).toBe('1234567890')
    expect(type('12⌫3')).toBe('13')
    expect(finish('12.')).toBe('12')
  })
})

describe('the questions', () => {
  test('are as many as the result and the scheme need, 上门未遇 none', () => {
    expect(stepsFor({ result: 'not_home' }, scheme)).toEqual(['result', 'review'])
    expect(stepsFor({ result: 'confirmed' }, scheme)).toEqual(['result', 'id_last4', 'paper_cost', 'payee', 'opinion', 'photos', 'signatures', 'review'])
    const strict = { ...scheme, second_visitor: true, visit_signatures: false, identity_check: 'none' }
    expect(stepsFor({ result: 'changed' }, strict)).toEqual(['result', 'figures', 'paper_cost', 'payee', 'opinion', 'photos', 'second_visitor', 'review'])
    expect(stepsFor({ result: 'moved' }, scheme)).toContain('statement_file')
  })
  test('that are no longer asked leave no answer behind', () => {
    const form: VisitForm = { result: 'not_home', id_last4: '1234', photos: [], signatures: {}, place: { lat: '1', lng: '2' } }
    expect(answersOf(form, scheme)).toEqual({ result: 'not_home', place: { lat: '1', lng: '2' } })
  })
  test('are found from a refusal', () => {
    expect(['/figures/0/files', '/signatures', '/visited_at', ''].map(stepOf)).toEqual(['figures', 'signatures', 'result', 'result'])
  })
  test('are not left before what the server would ask is there', () => {
    const visit = visitOf(1)
    const why = (step: Parameters<typeof whyNot>[0], form: VisitForm) => whyNot(step, { result: 'changed', ...form }, visit, scheme)
    expect(why('figures', {})).toContain('请改动')
    expect(why('figures', { figures: [{ payer: 'charity', amount: '3000' }] })).toContain('相同')
    expect(why('figures', { figures: [{ payer: 'charity', amount: '5000' }] })).toContain('拍凭证')
    expect(why('figures', { figures: [{ payer: 'charity', amount: '5000', files: [`sha256:${'a'.repeat(64)}`] }] })).toBeNull()
    expect(why('id_last4', { id_last4: '12' })).toContain('四位')
    expect(why('paper_cost', {})).toBeNull()
    expect(why('paper_cost', { paper_cost: { amount: '0.00', files: [] } })).toContain('大于')
    expect(why('payee', { payee: { confirmed: false, kind: 'heir', name: '周子', account: '12345678', bank: '农商行' } })).toContain('关系')
    expect(why('signatures', { signatures: { visitor: 'x' } })).toContain('签字')
    expect(why('result', { result: 'nonsense' })).toBe('请选一项')
  })
})

describe('forms compiled at build time', () => {
  test('know every visit form of the tree and check it as the server does, files by their hash', () => {
    const versions = Object.keys(forms)
    expect(versions.length).toBeGreaterThan(0)
    expect(isKnownForm(versions[0] ?? '')).toBe(true)
    const whole = questionOf(versions[0] ?? '', 'whole')
    if (!whole) throw new Error('no form')
    expect(faultsOf(whole, { result: 'confirmed', visited_at: '2026-03-02T01:00:00.000Z', photos: [`sha256:${'0'.repeat(64)}`] })).toEqual([])
    expect(faultsOf(whole, { result: 'confirmed' })).toEqual([{ where: '/visited_at', message: '必填项未填' }])
    expect(faultsOf(whole, { result: 'changed', visited_at: 'gestern', photos: [7] }).map((fault) => fault.where).sort()).toEqual(['/photos/0', '/visited_at'])
    expect(questionOf('a version of tomorrow', 'result')).not.toBeNull()
  })
})

describe('on the way to the photo', () => {
  test('pictures shrink to 1600 and never grow', () => {
    expect(shrunkSize(4000, 3000)).toEqual({ width: 1600, height: 1200 })
    expect(shrunkSize(300, 800)).toEqual({ width: 300, height: 800 })
  })
  test('the place and time that a photo tells are read, and rubbish is nothing', () => {
    expect(readPhotoPlace(jpegWithPlace().buffer)).toEqual({ lat: '29.581111', lng: '-120.500000', taken_at: '2026:03:02 09:00:00' })
    for (let cut = 0; cut < 180; cut += 7) expect(readPhotoPlace(jpegWithPlace().slice(0, cut).buffer)).toHaveProperty('lat')
    expect(readPhotoPlace(new TextEncoder().encode('<html>').buffer)).toEqual({ lat: null, lng: null, taken_at: null })
  })
  test('the last four digits are checked without being known', async () => {
    expect(await fits('ticket', 'c3', '1234')).toBe(false)
    const right = await Promise.all(['0000', '0001'].map((digits) => fits('ticket', '', digits)))
    expect(right).toEqual([true, true])
  })
})

/** Little-endian TIFF: GPS at 29°34'52"N 120°30'0"W, taken on 2026-03-02. */
function jpegWithPlace(): Uint8Array<ArrayBuffer> {
  const tiff = new DataView(new ArrayBuffer(220))
  const entry = (at: number, tag: number, kind: number, count: number, value: number): void => {
    tiff.setUint16(at, tag, true); tiff.setUint16(at + 2, kind, true); tiff.setUint32(at + 4, count, true); tiff.setUint32(at + 8, value, true)
  }
  tiff.setUint16(0, 0x4949); tiff.setUint16(2, 42, true); tiff.setUint32(4, 8, true)
  tiff.setUint16(8, 2, true); entry(10, 0x8769, 4, 1, 40); entry(22, 0x8825, 4, 1, 60)
  tiff.setUint16(40, 1, true); entry(42, 0x9003, 2, 20, 190)
  tiff.setUint16(60, 4, true); entry(62, 1, 2, 2, 0x4e); entry(74, 2, 5, 3, 120); entry(86, 3, 2, 2, 0x57); entry(98, 4, 5, 3, 150)
  ;[29, 1, 34, 1, 52, 1].forEach((n, at) => { tiff.setUint32(120 + at * 4, n, true) })
  ;[120, 1, 30, 1, 0, 1].forEach((n, at) => { tiff.setUint32(150 + at * 4, n, true) })
  ;[...'2026:03:02 09:00:00\0'].forEach((letter, at) => { tiff.setUint8(190 + at, letter.charCodeAt(0)) })
  const head = [0xff, 0xd8, 0xff, 0xe1, 0, 228, 0x45, 0x78, 0x69, 0x66, 0, 0]
  return new Uint8Array([...head, ...new Uint8Array(tiff.buffer), 0xff, 0xda, 0, 0])
}

test('every Chinese sentence of the phone has its English', () => {
  const folder = join(process.cwd(), 'src/phone')
  const own = readdirSync(folder, { recursive: true }).map(String).filter((name) => /\.tsx?$/.test(name) && !/tests|en\.ts/.test(name))
  const sources = [...own, '../kernel/dates.ts', '../kernel/problem.ts']
  const missing = new Set<string>()
  for (const name of sources) {
    const code = readFileSync(`${folder}/${name}`, 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
    for (const [, text] of code.matchAll(/'([^'\n]*[\u4e00-\u9fff][^'\n]*)'/g)) if (text && !(text in words) && text !== '中文') missing.add(text)
  }
  expect([...missing]).toEqual([])
})
