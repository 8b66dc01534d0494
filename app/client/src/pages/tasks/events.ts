import { t } from '../../kernel/i18n'

/** What happened, in the officials' words; what has no words of its own is told by its task. */
export function saidOf(kind: string, title: string): string {
  switch (kind) {
    case 'instance_started': return t('流程开始')
    case 'instance_completed': return t('流程结束')
    case 'task_completed': return t('办结：{title}', { title })
    case 'task_sent_back': return t('退回：{title}', { title })
    case 'task_claimed': return t('领取：{title}', { title })
    case 'task_released': return t('放回单位：{title}', { title })
    case 'task_assigned': return t('分派：{title}', { title })
    case 'task_delegated': return t('委托：{title}', { title })
    case 'task_returned': return t('交还：{title}', { title })
    case 'task_reminded': return t('催办：{title}', { title })
    case 'task_cancelled': return t('撤销：{title}', { title })
    case 'task_comment': return t('留言：{title}', { title })
    case 'task_overdue': return t('逾期：{title}', { title })
    case 'task_rerouted': return t('改派：{title}', { title })
    case 'message_received': return t('收到通知，继续办理')
    case 'timer_fired': return t('到时间，继续办理')
    default: return title || t('状态变动')
  }
}
