import { useCallback, useEffect, useRef, useState } from 'react'
import { api } from '../../kernel/http'
import type { FormData } from '../../desk/parts/FormView'

export type DraftState = 'clean' | 'waiting' | 'saved' | 'failed'
const PAUSE = 1200

/** Keeps what is typed on the server a moment after the last key, so that nothing is lost when a session ends. */
export function useDraft(taskId: number, on: boolean): { state: DraftState; keep: (form: FormData) => void; stop: () => void } {
  const [state, setState] = useState<DraftState>('clean')
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const unsaved = useRef<FormData | null>(null)
  const save = useCallback(() => {
    const form = unsaved.current
    if (form === null) return
    unsaved.current = null
    api.put('/tasks/{task_id}/draft', { path: { task_id: taskId }, body: { form } as never }).then(
      () => { setState((now) => (now === 'waiting' && unsaved.current ? now : 'saved')) },
      () => {
        unsaved.current ??= form
        setState('failed')
      },
    )
  }, [taskId])
  const keep = useCallback((form: FormData) => {
    if (!on) return
    unsaved.current = form
    setState('waiting')
    clearTimeout(timer.current)
    timer.current = setTimeout(save, PAUSE)
  }, [on, save])
  const stop = useCallback(() => {
    clearTimeout(timer.current)
    unsaved.current = null
  }, [])
  useEffect(() => () => {
    clearTimeout(timer.current)
    save()
  }, [save])
  return { state, keep, stop }
}
