// @vitest-environment node
import { beforeEach, describe, expect, test } from 'vitest'
import { Problem } from '../../kernel/problem'
import { submitDraft } from '../form/submit'
import { keepPhoto, listItems, listPhotos, openItem } from '../store/outbox'
import { sha256 } from '../store/vault'
import { PART, pauseAfter, Sender } from '../sync/sender'
import { draftOf, freshPhone, Line, picture, reopenPage } from './helpers'

beforeEach(freshPhone)
const USER = 7
const sender = (line: Line, offset: number | null = 0): Sender => new Sender(USER, line, () => offset, () => undefined)

async function visitWithPhotos(task: number, sizes: number[]): Promise<void> {
  const photos = await Promise.all(sizes.map((size, at) => keepPhoto(USER, 'photo', picture(task * 10 + at, size))))
  await submitDraft(USER, draftOf(task, { result: 'not_eligible', opinion: 'x', photos: photos.map((hash) => `sha256:${hash}`) }), 0)
}

/** Always the same bad weather for the same seed. */
function storm(seed: number): (what: string) => boolean {
  let state = seed
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648
    const luck = state / 2147483648
    if (luck < 0.25) throw new Problem(0, 'offline', '')
    return luck < 0.5
  }
}

describe('sending', () => {
  test.each([1, 2, 3])('through a line that breaks half of the time everything arrives once (seed %i)', async (seed) => {
    for (let task = 1; task <= 12; task += 1) await visitWithPhotos(task, [600_000, 900])
    const line = new Line()
    line.weather = storm(seed)
    for (let tries = 0; tries < 400 && (await listItems(USER)).some((item) => item.state === 'waiting'); tries += 1) {
      if (tries % 5 === 4) await reopenPage()
      await sender(line).run()
    }
    expect((await listItems(USER)).map((item) => item.state)).toEqual(Array(12).fill('sent'))
    expect([line.arrivals, line.submissions.size]).toEqual([12, 12])
    expect([...line.files.values()].map((file) => file.done)).toEqual(Array(24).fill(true))
    expect((await listPhotos(USER)).length).toBe(0)
  })
  test('goes on in the middle of a photo where the server stopped', async () => {
    await visitWithPhotos(1, [PART * 3 + 10])
    const line = new Line()
    let parts = 0
    line.weather = (what) => {
      if (what === 'part' && ++parts === 2) throw new Problem(0, 'offline', '')
      return false
    }
    expect(await sender(line).run()).toBe('offline')
    expect((await listPhotos(USER))[0]?.sentBytes).toBe(PART)
    await reopenPage()
    expect(await sender(line).run()).toBe('empty')
    expect(line.part_calls).toEqual([0, PART, PART * 2, PART * 3])
  })
  test('keeps what has no receipt, or a receipt of something else', async () => {
    await submitDraft(USER, draftOf(1), 0)
    const line = new Line()
    line.answer = (id) => Promise.resolve({ client_id: id, sha256: 'f'.repeat(64), outcome: 'stored', note: null, received_at: '' })
    expect(await sender(line).run()).toBe('offline')
    const [item] = await listItems(USER)
    expect([item?.state, item?.unanswered, item?.error]).toEqual(['waiting', true, '服务器收到的内容与手机上的不同，稍后再发'])
  })
  test('sends the very bytes again that had no answer', async () => {
    await submitDraft(USER, draftOf(1), 0)
    const line = new Line()
    const sent: string[] = []
    line.weather = (what) => what === 'submit' && sent.length === 0
    const answer = line.answer
    line.answer = (id, body) => { sent.push(body); return answer(id, body) }
    await sender(line).run()
    await sender(line).run()
    expect(sent.length).toBe(2)
    expect(sent[0]).toBe(sent[1])
    const [item] = await listItems(USER)
    expect(item?.receipt?.sha256).toBe(await sha256(new TextEncoder().encode(sent[0])))
    expect(line.arrivals).toBe(1)
  })
  test('asks for a new log-in when the session is over, and loses nothing', async () => {
    await submitDraft(USER, draftOf(1), 0)
    const line = new Line()
    line.weather = () => { throw new Problem(401, 'unauthenticated', '请先登录') }
    expect(await sender(line).run()).toBe('expired')
    expect((await listItems(USER))[0]).toMatchObject({ state: 'waiting', unanswered: false })
    line.weather = () => false
    expect(await sender(line).run()).toBe('empty')
  })
  test('sets a refused one aside with its reasons and goes on with the others', async () => {
    await submitDraft(USER, draftOf(1), 0)
    await submitDraft(USER, draftOf(2), 0)
    const line = new Line()
    const answer = line.answer
    line.answer = (id, body) => {
      if (!body.includes('"task_id":1,')) return answer(id, body)
      throw new Problem(422, 'invalid', '有误', [{ where: '/id_last4', code: 'identity_not_confirmed', message: '后四位不符' }])
    }
    expect(await sender(line).run()).toBe('empty')
    const items = await listItems(USER)
    expect(items.map((item) => item.state).sort()).toEqual(['refused', 'sent'])
    expect(items.find((item) => item.state === 'refused')?.faults[0]?.message).toBe('后四位不符')
  })
  test('shows as a note what the township got instead', async () => {
    await submitDraft(USER, draftOf(1), 0)
    const line = new Line()
    const answer = line.answer
    line.answer = async (id, body) => ({ ...(await answer(id, body)), outcome: 'kept_as_note', note: { id: 4, code: 'task_already_completed', message: '此任务已由同事办结' } })
    await sender(line).run()
    expect((await listItems(USER))[0]).toMatchObject({ state: 'note', receipt: { note: { message: '此任务已由同事办结' } } })
  })
  test('puts the time of a wrong clock right by itself, once, and keeps what the phone measured', async () => {
    await submitDraft(USER, draftOf(1), null)
    const line = new Line()
    const answer = line.answer
    const limit = Date.parse(new Date(1_000_000 - 3_600_000).toISOString())
    line.answer = (id, body) => {
      const { form } = JSON.parse(body) as { form: { visited_at: string } }
      if (Date.parse(form.visited_at) <= limit) return answer(id, body)
      throw new Problem(422, 'invalid', '', [{ where: '/visited_at', code: 'in_the_future', message: '上门时间晚于现在' }])
    }
    await sender(line, -7_200_000).run()
    await sender(line, -7_200_000).run()
    const [item] = await listItems(USER)
    expect(item?.state).toBe('sent')
    const body = JSON.parse([...line.submissions.values()][0] ?? '') as { form: { visited_at: string }; measured: { phone_clock: string; clock_offset_ms: number } }
    expect(body.form.visited_at).toBe(new Date(1_000_000 - 7_200_000).toISOString())
    expect(body.measured).toMatchObject({ phone_clock: new Date(1_000_000).toISOString(), clock_offset_ms: -7_200_000 })
  })
  test('sends photos again that the server has lost', async () => {
    await visitWithPhotos(1, [500])
    const line = new Line()
    let lost = true
    line.weather = (what) => {
      if (what === 'submit' && lost) {
        line.files.clear()
        lost = false
      }
      return false
    }
    expect(await sender(line).run()).toBe('offline')
    expect(await sender(line).run()).toBe('empty')
    expect((await listItems(USER))[0]?.state).toBe('sent')
  })
  test('waits longer after each failure, never more than two and a half minutes', () => {
    expect([1, 2, 3, 20].map((failures) => pauseAfter(failures, 0.5))).toEqual([2000, 4000, 8000, 120000])
    expect(pauseAfter(1, 0)).toBeLessThan(pauseAfter(1, 1))
  })
  test('two calls at once are one run', async () => {
    await submitDraft(USER, draftOf(1), 0)
    const line = new Line()
    const one = sender(line)
    await Promise.all([one.run(), one.run()])
    expect(line.arrivals).toBe(1)
    const [item] = await listItems(USER)
    expect((await openItem(item as NonNullable<typeof item>)).body).toBe('')
  })
})
