// @vitest-environment node
import { beforeEach, describe, expect, test } from 'vitest'
import { freshPhone, draftOf, picture, reopenPage, visitOf } from './helpers'
import { read, readAll, write } from '../store/db'
import { DraftWriter, draftChange, listDrafts, readDraft, upgrade } from '../store/drafts'
import { countUnsent, dropLoosePhotos, filesIn, keepPhoto, listItems, listPhotos, openPhoto, settle, tidy, unsentOfOthers } from '../store/outbox'
import { submitDraft } from '../form/submit'
import { forgetSheet, forgetWork, keepSheet, readSheet } from '../store/sheet'
import { open, seal, type Sealed } from '../store/vault'
import type { Sheet } from '../types'

beforeEach(freshPhone)
const SHEET = { visits: [visitOf(1)], schemes: {}, forms: {}, server_time: '' } as unknown as Sheet
const RECEIPT = { sha256: 'x', received_at: '2026-03-02T01:00:00Z', outcome: 'stored', note: null }

describe('the vault', () => {
  test('keeps nothing readable on disk, and its key cannot be taken out', async () => {
    await keepSheet(7, SHEET, '"e"', 5)
    const kept = await read<{ sealed: Sealed }>('visits', '7')
    expect(new TextDecoder().decode(kept?.sealed.data)).not.toContain('周1')
    const key = await read<CryptoKey>('keys', '7:visits')
    expect(key?.extractable).toBe(false)
    await expect(crypto.subtle.exportKey('raw', key as CryptoKey)).rejects.toThrow()
    await reopenPage()
    expect((await readSheet(7))?.sheet.visits[0]?.name).toBe('周1')
  })
  test('makes one key, however many ask for it at once', async () => {
    const sealed = await Promise.all(['一', '二', '三'].map((text) => seal(9, 'work', text)))
    await reopenPage()
    expect(await Promise.all(sealed.map((one) => open(9, 'work', one)))).toEqual(['一', '二', '三'])
  })
  test('seals the same text differently each time', async () => {
    const [one, other] = [await seal(1, 'work', 'x'), await seal(1, 'work', 'x')]
    expect(new Uint8Array(one.data)).not.toEqual(new Uint8Array(other.data))
  })
  test('loses its key at log-out: even a copy of the disk stays closed', async () => {
    await keepSheet(7, SHEET, null, 5)
    const copy = await read('visits', '7')
    await forgetSheet(7)
    expect(await read('keys', '7:visits')).toBeUndefined()
    await write([{ store: 'visits', key: '7', value: copy }])
    expect(await readSheet(7)).toBeNull()
  })
  test('keeps unsent work through a log-out that keeps it, and destroys it only when told so', async () => {
    await submitDraft(7, draftOf(1), 0)
    await forgetSheet(7)
    await reopenPage()
    expect(await countUnsent(7)).toBe(1)
    expect(await unsentOfOthers(8)).toBe(1)
    const [item] = await listItems(7)
    expect((await open<{ result: string }>(7, 'work', (item as { sealed: Sealed }).sealed)).result).toBe('not_home')
    await forgetWork(7)
    expect(await countUnsent(7)).toBe(0)
    expect(await read('keys', '7:work')).toBeUndefined()
  })
})

describe('drafts', () => {
  test('hold every keystroke, the newest last, through a closed page', async () => {
    const writer = new DraftWriter(7, (error) => { throw error })
    for (const opinion of ['看', '看到', '看到了', '看到了人']) writer.save(draftOf(1, { result: 'moved', opinion }))
    await writer.flush()
    await reopenPage()
    expect((await readDraft(7, 1))?.form.opinion).toBe('看到了人')
  })
  test('tell when the phone is full instead of losing it silently, and go on when there is room', async () => {
    const told: unknown[] = []
    const writer = new DraftWriter(7, (error) => { told.push(error) })
    await seal(7, 'work', 'the key exists already')
    const put = IDBObjectStore.prototype.put
    IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError') }
    writer.save(draftOf(1, { opinion: '一' }))
    await writer.flush()
    IDBObjectStore.prototype.put = put
    expect(told.map((error) => (error as DOMException).name)).toEqual(['QuotaExceededError'])
    writer.save(draftOf(1, { opinion: '二' }))
    await writer.flush()
    expect((await readDraft(7, 1))?.form.opinion).toBe('二')
  })
  test('of an older app are carried into the new shape', async () => {
    const old = { v: 1, taskId: 1, visit: visitOf(1), scheme: {}, form: { result: 'moved' }, exif: [{ sha256: 'h', lat: null, lng: null, taken_at: null }] }
    await write([{ store: 'drafts', key: '7:1', value: await seal(7, 'work', old) }])
    const draft = await readDraft(7, 1)
    expect([draft?.v, draft?.step, draft?.photos.length, draft?.form.result]).toEqual([2, 'result', 1, 'moved'])
    expect(upgrade({ something: 'else' })).toBeNull()
    expect((await listDrafts(7)).length).toBe(1)
  })
})

describe('the outbox', () => {
  test('takes a draft over in one step, and its pictures with it', async () => {
    const photo = await keepPhoto(7, 'photo', picture(1))
    const draft = draftOf(1, { result: 'not_eligible', opinion: 'x', photos: [`sha256:${photo}`] })
    await write([await draftChange(7, draft)])
    const item = await submitDraft(7, draft, -60_000)
    expect(await readDraft(7, 1)).toBeNull()
    expect(item.files).toEqual([photo])
    const content = await open<{ body: string }>(7, 'work', item.sealed)
    const body = JSON.parse(content.body) as { form: { visited_at: string }; measured: { clock_offset_ms: number; phone_clock: string } }
    expect(body.form.visited_at).toBe(new Date(1_000_000 - 60_000).toISOString())
    expect(body.measured).toMatchObject({ clock_offset_ms: -60_000, phone_clock: new Date(1_000_000).toISOString() })
  })
  test('keeps one copy of the same picture and lets it go with the last receipt that needs it', async () => {
    const photo = await keepPhoto(7, 'photo', picture(1))
    expect(await keepPhoto(7, 'photo', picture(1))).toBe(photo)
    expect((await openPhoto(7, photo))?.size).toBe(1002)
    const form = { result: 'moved', photos: [`sha256:${photo}`] }
    const [one, other] = [await submitDraft(7, draftOf(1, form), 0), await submitDraft(7, draftOf(2, form), 0)]
    await settle(one, 'sent', RECEIPT)
    expect((await listPhotos(7)).length).toBe(1)
    await settle(other, 'sent', RECEIPT)
    expect((await listPhotos(7)).length).toBe(0)
    expect((await listItems(7)).map((item) => item.state)).toEqual(['sent', 'sent'])
  })
  test('forgets pictures that nothing names and lines of a week ago', async () => {
    const [kept, loose] = [await keepPhoto(7, 'photo', picture(1)), await keepPhoto(7, 'photo', picture(2))]
    await dropLoosePhotos(7, [kept])
    expect((await listPhotos(7)).map((photo) => photo.sha256)).toEqual([kept])
    expect(await openPhoto(7, loose)).toBeNull()
    const item = await submitDraft(7, draftOf(1), 0)
    await submitDraft(7, draftOf(2), 0)
    await settle(item, 'sent', RECEIPT)
    await tidy(7, Date.now() + 8 * 86_400_000)
    expect((await readAll('items')).length).toBe(1)
  })
  test('finds files wherever the form names them', () => {
    const hash = 'c'.repeat(64)
    expect(filesIn({ figures: [{ files: [`sha256:${hash}`] }], payee: { proof_file: `sha256:${hash}` }, opinion: `sha256:${hash} x` })).toEqual([hash])
  })
})
