import Form from '@rjsf/core'
import type { RJSFSchema } from '@rjsf/utils'
import { useEffect, useMemo, useRef, useState } from 'react'
import { t } from '../../kernel/i18n'
import { findPlace } from '../device/place'
import { whyNot } from '../form/checks'
import { AskingContext } from '../form/context'
import { fields } from '../form/fields'
import { fits } from '../form/identity'
import { stepsFor, type Step } from '../form/steps'
import { submitDraft } from '../form/submit'
import { questionOf, validator } from '../form/validator'
import { Bar } from '../parts/Bar'
import { go } from '../routes'
import { phone, usePhone, visitOf } from '../state'
import { DRAFT_VERSION, DraftWriter, readDraft, type Draft } from '../store/drafts'
import type { Me, VisitForm } from '../types'
import { Review } from './Review'

const TITLES: Record<Step, string> = {
  result: '情况怎样？', id_last4: '核对身份', figures: '哪些金额不同？', paper_cost: '有没有未结算的纸质票据？', payee: '收款账户对吗？',
  statement_file: '村（社区）说明', opinion: '核实意见', photos: '拍照片', second_visitor: '同行人', signatures: '双方签字', review: '看一遍再提交',
}

/** How far it will be is known once the result is. */
const UNKNOWN = ['1', '2', '3', '4', '5', '6', '7', '8']
/** Nothing is answered for the person, not even the first of a choice. */
const NO_DEFAULTS = { constAsDefaults: 'never', emptyObjectFields: 'skipDefaults', arrayMinItems: { populate: 'never' } } as const

/** The visit's form, one question a screen; every keystroke is on disk before the next. */
export function FillPage({ taskId, me }: { taskId: number; me: Me }) {
  const snapshot = usePhone()
  const found = visitOf(snapshot, taskId)
  const [draft, setDraft] = useState<Draft | null>(null)
  const [missing, setMissing] = useState(false)
  useEffect(() => {
    let left = false
    void readDraft(me.id, taskId).then((kept) => {
      if (left) return
      if (kept && found) setDraft({ ...kept, ...found })
      else if (kept) setDraft(kept)
      else if (found) setDraft({ v: DRAFT_VERSION, taskId, ...found, step: 'result', form: {}, startedAt: Date.now(), photos: [], placeAccuracy: null })
      else setMissing(true)
    })
    return () => { left = true }
    // Read once: what is typed afterwards is newer than anything on disk.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [me.id, taskId])
  if (missing) return <><Bar title={t('核实')} back="/" /><main><p>{t('这户不在您的名单里，也没有草稿。')}</p></main></>
  if (!draft) return <><Bar title={t('核实')} back="/" /><main aria-busy="true" /></>
  return <Filling start={draft} me={me} />
}

function Filling({ start, me }: { start: Draft; me: Me }) {
  const [draft, setDraft] = useState(start)
  const [told, setTold] = useState<string | null>(null)
  const [sending, setSending] = useState(false)
  const newest = useRef(start)
  const writer = useMemo(() => new DraftWriter(me.id, (error) => { phone.tellFull(error) }), [me.id])
  const heading = useRef<HTMLHeadingElement>(null)
  const change = (part: Partial<Draft>): void => {
    newest.current = { ...newest.current, ...part }
    writer.save(newest.current)
    setDraft(newest.current)
  }
  useEffect(() => {
    void findPlace().then((found) => {
      if (!found) return
      newest.current = { ...newest.current, form: { ...newest.current.form, place: found.place }, placeAccuracy: found.accuracy }
      setDraft(newest.current)
    })
  }, [])
  const steps = stepsFor(draft.form, draft.visit && draft.scheme)
  const step = steps.includes(draft.step as Step) ? (draft.step as Step) : 'result'
  const at = steps.indexOf(step)
  useEffect(() => { heading.current?.focus() }, [step])
  useEffect(() => () => { void writer.flush().then(() => phone.reload()) }, [writer])
  const move = (to: number): void => {
    setTold(null)
    change({ step: steps[to] ?? 'result' })
    window.scrollTo(0, 0)
  }
  const next = async (): Promise<void> => {
    const { form } = newest.current
    const why = whyNot(step, form, draft.visit, draft.scheme)
    if (why) setTold(why)
    else if (step === 'id_last4' && !(await fits(draft.visit.ticket, draft.visit.id_hint, form.id_last4 ?? ''))) setTold(t('与登记不符。请再看一遍身份证；确有疑问，返回选“身份存疑”。'))
    else move(at + 1)
  }
  const submit = async (): Promise<void> => {
    const open = stepsFor(newest.current.form, draft.scheme).find((one) => whyNot(one, newest.current.form, draft.visit, draft.scheme))
    if (open) {
      change({ step: open })
      setTold(whyNot(open, newest.current.form, draft.visit, draft.scheme))
      return
    }
    setSending(true)
    await writer.flush()
    try {
      await submitDraft(me.id, newest.current, phone.snapshot.offset)
    } catch (failed) {
      setSending(false)
      phone.tellFull(failed)
      return
    }
    await phone.reload()
    phone.wake(true)
    go('/')
  }
  const question = step === 'review' ? null : questionOf(draft.visit.form.version ?? '', step)
  const asking = {
    user: me.id, visit: draft.visit, scheme: draft.scheme, form: draft.form,
    measured: (photo: Draft['photos'][number]) => { change({ photos: [...newest.current.photos.filter((one) => one.sha256 !== photo.sha256), photo] }) },
    full: (error: unknown) => { phone.tellFull(error) },
  }
  return (
    <AskingContext value={asking}>
      <Bar title={draft.visit.name} back={`/visits/${draft.visit.task_id}`} />
      <main className="fill">
        <div className="progress" role="progressbar" aria-label={t('第 {n} 步，共 {all} 步', { n: at + 1, all: steps.length })} aria-valuenow={at + 1} aria-valuemin={1} aria-valuemax={steps.length}>
          {(steps.length > 1 ? steps : UNKNOWN).map((one, n) => <span key={one} className={n <= at ? 'done' : ''} />)}
        </div>
        <h2 ref={heading} tabIndex={-1}>{t(TITLES[step])}</h2>
        {draft.faults && draft.faults.length > 0 && (
          <ul className="notice late">{draft.faults.map((fault) => <li key={fault.where + fault.code}>{fault.message}</li>)}</ul>
        )}
        {question && (
          <Form
            key={step} schema={question.schema as RJSFSchema} validator={validator} fields={fields} tagName="div" noHtml5Validate showErrorList={false} experimental_defaultFormStateBehavior={NO_DEFAULTS}
            formData={{ [step]: draft.form[step as keyof VisitForm] }}
            uiSchema={{ [step]: { 'ui:field': step, 'ui:label': false }, 'ui:submitButtonOptions': { norender: true } }}
            onChange={({ formData }) => {
              const given = formData as VisitForm
              setTold(null)
              change({ form: { ...newest.current.form, [step]: given[step as keyof VisitForm] } })
            }}
          />
        )}
        {step === 'review' && <Review draft={draft} steps={steps} edit={(one) => { move(steps.indexOf(one)) }} />}
        {told && <p className="fault" role="alert">{told}</p>}
      </main>
      <footer className="actions">
        {at > 0 && <button type="button" className="secondary" onClick={() => { move(at - 1) }}>{t('上一步')}</button>}
        {step === 'review'
          ? <button type="button" className="primary" disabled={sending} onClick={() => void submit()}>{t('提交')}</button>
          : <button type="button" className="primary" onClick={() => void next()}>{t('下一步')}</button>}
      </footer>
    </AskingContext>
  )
}
