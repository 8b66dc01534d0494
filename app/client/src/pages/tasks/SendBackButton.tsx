import { Button } from 'antd'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { useAction } from '../../api/hooks'
import { api } from '../../kernel/http'
import { t } from '../../kernel/i18n'
import { ReasonModal } from '../../desk/parts/ReasonModal'
import { useTold } from '../../desk/parts/useTold'
import type { OneTask } from './TaskPage'

/** Back along a drawn line, with a sentence that says why. */
export function SendBackButton({ task }: { task: OneTask }) {
  const [open, setOpen] = useState(false)
  const navigate = useNavigate()
  const told = useTold()
  const back = useAction(async (key, target: string, reason: string) => {
    await api.post('/tasks/{task_id}/send-back', { key, path: { task_id: task.id }, body: { target, reason }, ifMatch: task.etag })
    return true
  })
  const targets = Object.entries(task.send_back_targets).map(([value, label]) => ({ value, label }))
  if (targets.length === 0) return null
  const submit = async (reason: string, target: string | undefined): Promise<void> => {
    if (!target || !(await back.run(target, reason))) return
    told.done(t('已退回'))
    void navigate('/tasks')
  }
  return (
    <>
      <Button onClick={() => { setOpen(true) }}>{t('退回…')}</Button>
      <ReasonModal
        open={open} title={t('退回')} okText={t('退回')} targets={targets} busy={back.busy} problem={back.problem}
        hint={t('对方会看到您写的原因，这项任务从您桌上消失。')} onCancel={() => { setOpen(false) }} onReason={(reason, target) => void submit(reason, target)}
      />
    </>
  )
}
