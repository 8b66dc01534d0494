import { t } from '../../kernel/i18n'

/** Where a round stands, in words. */
export function stageWords(stage: string): string {
  const words: Record<string, string> = {
    open: t('初步名单'), tallying: t('部门填报'), verifying: t('入户核实'), listing: t('汇总成册'), meeting: t('会议研究'), paying: t('资金发放'), closed: t('已结束'),
  }
  return words[stage] ?? stage
}

export function tallyWords(state: string): string {
  const words: Record<string, string> = { open: t('未填报'), filed: t('已填报'), nil: t('均无发放'), waived: t('未反馈'), consolidated: t('已汇总') }
  return words[state] ?? state
}

/** Why a unit was asked. */
export function askedWords(kind: string): string {
  const words: Record<string, string> = { round: t('本轮填报'), door: t('入户新增'), sent_back: t('退回重核') }
  return words[kind] ?? kind
}
