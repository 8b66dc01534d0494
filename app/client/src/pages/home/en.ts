export const words: Record<string, string> = {
  首页: 'Home', '{name}，您好': 'Welcome, {name}', '等您办的事，和各轮补助走到了哪一步。': 'What waits for you, and where each round stands.', 各轮进度: 'Progress of the rounds',
  '{year}年度第{n}轮': '{year}, round {n}', 已结束: 'Closed',
  '按拟定标准需要 {a} 元，基金可用 {b} 元，缺 {c} 元。请在会议前调整标准或筹措资金。': 'The proposed standard needs {a} yuan; {b} are available, {c} are missing. Change the standard or find money before the meeting.',
  等我办的: 'Waiting for me', '现在没有等您办的事。流程走到您这里时会出现在这里。': 'Nothing waits for you now. Tasks appear here when a process reaches you.', '逾期 {n} 项': '{n} overdue',
  待办: 'To do', 我已领取: 'Claimed by me', 已超期: 'Overdue', 异常: 'Incidents', 人员: 'People', 剔除: 'Excluded', 低于核实线: 'Below the line',
  已填报: 'Answered', 未填报: 'Outstanding', 未反馈: 'No answer', 已核实: 'Visited', 未核实: 'Not visited', 超期: 'Overdue', 上会人员: 'On the list', 待决定: 'Undecided', 暂缓: 'Deferred', 已到账: 'Paid',
}
