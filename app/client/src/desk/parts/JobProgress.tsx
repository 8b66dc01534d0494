import { Progress } from 'antd'
import { useState } from 'react'
import { useData, useRepeat } from '../../api/hooks'
import { t } from '../../kernel/i18n'
import { ProblemNote } from './ProblemNote'

export interface JobState {
  total: number | null
  done: number
  refused?: number
  finished: boolean
  failed?: string | null
}
interface Props {
  name: string
  read: (signal: AbortSignal) => Promise<JobState>
  onFinished?: (state: JobState) => void
}

/** Something long that the server is doing: how far, how long still, and how it ended. */
export function JobProgress({ name, read, onFinished }: Props) {
  const [began] = useState(() => Date.now())
  const [left, setLeft] = useState<number | null>(null)
  const { data, problem, reload } = useData(name, async (signal) => {
    const state = await read(signal)
    const gone = state.done + (state.refused ?? 0)
    setLeft(state.total && gone > 0 ? Math.ceil(((Date.now() - began) / 1000 / gone) * (state.total - gone)) : null)
    if (state.finished) onFinished?.(state)
    return state
  })
  useRepeat(data !== null && !data.finished, 1, reload)
  if (problem && !data) return <ProblemNote problem={problem} onRetry={reload} />
  const gone = data ? data.done + (data.refused ?? 0) : 0
  const percent = data?.finished ? 100 : data?.total ? Math.floor((gone / data.total) * 100) : 0
  const status = data?.failed ? 'exception' : data?.finished ? 'success' : 'active'
  return (
    <div className="job" role="status" aria-live="polite">
      <Progress percent={percent} status={status} aria-label={t('进度')} />
      <span className="soft">{wordsOf(data, gone, left)}</span>
    </div>
  )
}

function wordsOf(data: JobState | null, gone: number, left: number | null): string {
  if (!data) return t('正在排队…')
  if (data.failed) return data.failed
  const count = t('已处理 {n} / {all}', { n: gone, all: data.total ?? '…' })
  if (data.finished) return data.refused ? t('完成 {n}，未办 {m}', { n: data.done, m: data.refused }) : t('全部完成，共 {n}', { n: data.done })
  return left === null ? count : `${count} · ${t('大约还要 {n} 秒', { n: left })}`
}
