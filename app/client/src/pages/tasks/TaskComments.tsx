import { Button, Card, Input } from 'antd'
import { useState } from 'react'
import { useAction } from '../../api/hooks'
import { api } from '../../kernel/http'
import { formatMoment } from '../../kernel/dates'
import { t } from '../../kernel/i18n'
import { ProblemNote } from '../../desk/parts/ProblemNote'
import type { OneTask } from './TaskPage'

/** Remarks beside the task, and the reasons of whoever sent it back. */
export function TaskComments({ taskId, comments, onAdded }: { taskId: number; comments: OneTask['comments']; onAdded: () => void }) {
  const [text, setText] = useState('')
  const add = useAction(async (key, said: string) => {
    await api.post('/tasks/{task_id}/comments', { key, path: { task_id: taskId }, body: { text: said } })
    return true
  })
  const send = async (): Promise<void> => {
    if (await add.run(text.trim())) {
      setText('')
      onAdded()
    }
  }
  return (
    <Card title={<h2>{t('留言')}</h2>}>
      <div className="stack">
        {comments.length === 0 && <span className="soft">{t('还没有留言。退回的原因也会出现在这里。')}</span>}
        {comments.map((one) => (
          <div key={one.id}>
            <div className="soft">{one.author_name} <span className="number">{formatMoment(one.at)}</span></div>
            <div className="said">{one.text}</div>
          </div>
        ))}
        {add.problem && <ProblemNote problem={add.problem} />}
        <Input.TextArea aria-label={t('写留言')} placeholder={t('写留言')} value={text} maxLength={2000} autoSize={{ minRows: 2 }} onChange={(event) => { setText(event.target.value) }} />
        <Button disabled={!text.trim()} loading={add.busy} onClick={() => void send()}>{t('留言')}</Button>
      </div>
    </Card>
  )
}
