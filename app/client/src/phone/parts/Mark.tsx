import { t } from '../../kernel/i18n'
import type { Mark as Kind } from '../state'
import { Icon, type IconName } from './Icon'

const SHOWN: Record<Exclude<Kind, 'none'>, [IconName, string]> = {
  draft: ['pen', '填了一半'], waiting: ['tick', '待发送'], sent: ['tick', '已送达'], refused: ['cross', '未通过'], note: ['note', '转为情况说明'],
}

/** The tick that turns from grey to green by itself, with its word. */
export function Mark({ kind }: { kind: Kind }) {
  if (kind === 'none') return null
  const [icon, words] = SHOWN[kind]
  return <span className={`mark ${kind}`} data-mark={kind}><Icon name={icon} size={20} />{t(words)}</span>
}
