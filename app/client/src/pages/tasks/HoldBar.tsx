import { Button, Dropdown, Modal, Select } from 'antd'
import { useState } from 'react'
import { useAction, useData } from '../../api/hooks'
import { api } from '../../kernel/http'
import { t } from '../../kernel/i18n'
import { useMe } from '../../kernel/session'
import { ProblemNote } from '../../desk/parts/ProblemNote'
import { useTold } from '../../desk/parts/useTold'
import type { OneTask } from './TaskPage'

type Move = 'claim' | 'release' | 'return'

/** Whose desk the task is on: take it, put it back, hand it to a colleague. */
export function HoldBar({ task, onChanged }: { task: OneTask; onChanged: () => void }) {
  const me = useMe()
  const told = useTold()
  const [handing, setHanding] = useState<'assign' | 'delegate' | null>(null)
  const move = useAction(async (key, how: Move) => {
    await api.post(`/tasks/{task_id}/${how}`, { key, path: { task_id: task.id } })
    return how
  })
  if (task.state !== 'open') return null
  const run = async (how: Move): Promise<void> => {
    const done = await move.run(how)
    if (!done) return
    if (done === 'claim') told.done(t('已领取'), () => void run('release'))
    else told.done(done === 'release' ? t('已放回单位') : t('已交还'))
    onChanged()
  }
  const mine = task.assignee?.id === me.id
  const here = me.memberships.some((one) => one.unit.id === task.unit.id)
  if (!here) return null
  return (
    <>
      {task.assignee === null && <Button loading={move.busy} onClick={() => void run('claim')}>{t('领取')}</Button>}
      {mine && task.delegator && <Button loading={move.busy} onClick={() => void run('return')}>{t('交还{name}', { name: task.delegator.name ?? '' })}</Button>}
      <Dropdown trigger={['click']} menu={{ items: [
        ...(mine && !task.delegator ? [{ key: 'release', label: t('放回单位'), onClick: () => void run('release') }] : []),
        { key: 'assign', label: t('分派给同事'), onClick: () => { setHanding('assign') } },
        ...(mine ? [{ key: 'delegate', label: t('请同事代办一次'), onClick: () => { setHanding('delegate') } }] : []),
      ] }}><Button>{t('转给别人')}</Button></Dropdown>
      {move.problem && <ProblemNote problem={move.problem} />}
      {handing && <HandOver task={task} how={handing} onClose={() => { setHanding(null) }} onDone={() => { setHanding(null); onChanged() }} />}
    </>
  )
}

function HandOver({ task, how, onClose, onDone }: { task: OneTask; how: 'assign' | 'delegate'; onClose: () => void; onDone: () => void }) {
  const me = useMe()
  const [user, setUser] = useState<number | null>(null)
  const members = useData(`members ${task.unit.id}`, (signal) => api.get('/units/{unit_id}/members', { path: { unit_id: task.unit.id }, signal }))
  const hand = useAction(async (key, userId: number) => {
    await api.post(`/tasks/{task_id}/${how}`, { key, path: { task_id: task.id }, body: { user_id: userId } })
    return true
  })
  const others = (members.data?.items ?? []).filter((one) => one.id !== me.id)
  const submit = async (): Promise<void> => {
    if (user !== null && await hand.run(user)) onDone()
  }
  return (
    <Modal
      open title={how === 'assign' ? t('分派给同事') : t('请同事代办一次')} okText={t('确定')} okButtonProps={{ disabled: user === null }} confirmLoading={hand.busy}
      onOk={() => void submit()} onCancel={onClose} width={420}
    >
      <div className="stack">
        <p>{how === 'assign' ? t('任务会到这位同事手里，由他提交。') : t('同事办完后以他的名义留痕；没办完可以交还给您。')}</p>
        {(hand.problem ?? members.problem) && <ProblemNote problem={(hand.problem ?? members.problem) as never} />}
        <Select
          aria-label={t('同事')} placeholder={members.data && others.length === 0 ? t('本单位没有其他人') : t('选择同事')} value={user} onChange={setUser} loading={members.loading}
          options={others.map((one) => ({ value: one.id, label: one.name }))}
        />
      </div>
    </Modal>
  )
}
