import { App, Button } from 'antd'
import { t } from '../../kernel/i18n'
import type { Problem } from '../../kernel/problem'

interface Told {
  /** It happened; with `undo` it can be taken back for eight seconds. */
  done: (what: string, undo?: () => void) => void
  /** It did not; the words say what to do. */
  refused: (problem: Problem) => void
}

/** The one way to tell what became of something. */
export function useTold(): Told {
  const { message, notification } = App.useApp()
  return {
    done: (what, undo) => {
      if (!undo) {
        message.success(what)
        return
      }
      const key = `undo-${Date.now()}`
      const back = () => {
        notification.destroy(key)
        undo()
      }
      notification.success({ key, title: what, duration: 8, actions: <Button size="small" onClick={back}>{t('撤销')}</Button> })
    },
    refused: (problem) => {
      const list = problem.faults.slice(0, 5).map((fault, n) => <li key={n}>{fault.message}</li>)
      notification.error({ title: problem.message, description: list.length > 0 ? <ul className="faults">{list}</ul> : undefined, duration: 10, role: 'alert' })
    },
  }
}
