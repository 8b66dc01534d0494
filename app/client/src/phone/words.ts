import { t } from '../kernel/i18n'

const RESULTS: Record<string, string> = {
  confirmed: '属实', changed: '金额有出入', not_home: '上门未遇', unreachable: '联系不上', moved: '已迁出', deceased: '已去世',
  not_eligible: '不符合条件', identity_doubtful: '身份存疑',
}

export function resultWords(result: string): string {
  return t(RESULTS[result] ?? result)
}
