export const words: Record<string, string> = {
  填报: 'Tally', 填报表: 'Tally sheet', 行: 'Row', 合计: 'Total', '{n} 人': '{n} people', '不是金额，请只填数字': 'Not an amount; type figures only', 金额不能为负数: 'An amount cannot be negative',
  金额最多两位小数: 'Two decimal places at most', '发放金额（元）': 'Amount paid (yuan)', '发放金额（元）·{payer}': 'Amount paid (yuan) · {payer}', '正在保存…': 'Saving…', 已保存: 'Saved',
  '没有存上，请检查网络；再改一格会重试。': 'Not saved. Check the network; the next change tries again.', '别人改过这张表，请读取最新内容。': 'Somebody else changed this sheet; read it anew.', 已零申报: 'Declared: nothing to report',
  '{unit}填报': 'Tally of {unit}', '请在 {due} 前填写对名单上 {n} 人实际发放的金额；没有发放的留空。': 'By {due}, fill in what was actually paid to the {n} people listed; leave the others empty.',
  下载模板: 'Download template', '将为 {n} 人申报“均无发放”。汇总前仍可更正。': 'Declares that none of {n} people was paid. It can be corrected until consolidation.', '无可填报（零申报）': 'Nothing to report', 核对并提交: 'Check and submit',
  '医保局已汇总，不能再改。': 'Consolidated by the bureau; it can no longer be changed.', '已提交。汇总前可以直接在表内更正，改动立即生效。': 'Submitted. Corrections in the sheet take effect at once until consolidation.',
  '有 {n} 处要更正': '{n} places to mend', '第 {n} 行 {name}': 'Row {n} {name}', '医保局发出填报名单后，名单上的人会出现在这里。': 'People appear here when the bureau sends the list.',
}
