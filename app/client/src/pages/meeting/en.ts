export const words: Record<string, string> = {
  专班会议: 'Meetings', '选择一轮，审议名单、测算标准、写决议。': 'Choose a round to discuss its list and try standards.', '还没有轮次。医保局开启一轮后，会出现在这里。': 'No rounds yet. They appear here once one is opened.', 轮次: 'Round',
  议程材料: 'Agenda paper', 脱敏名单: 'Masked handout', 会议页面: 'Pages of the meeting', 名单与决定: 'List and decisions', 测算: 'What if', 编号: 'Case no.', 姓名: 'Name', 身份证号: 'ID number', '乡镇（街道）': 'Township', 类别: 'Category',
  '{name}的金额是怎么来的': 'Where the amount of {name} comes from', 打印: 'Print', 填报与上门不一致: 'Tally and visit differ', '上门（元）': 'Visit (yuan)', 上门照片: 'Photo of the visit',
  同意: 'Approve', 核减: 'Lower', 核增: 'Raise', 暂缓: 'Defer', 不予补助: 'Reject', 未决定: 'Not decided', '请填写金额，例如 1234.50': 'Enter an amount such as 1234.50', 会议意见: 'Decision', '改为（元）': 'New amount (yuan)', 理由: 'Reason', '请写明理由，会写进纪要': 'Give the reason; it goes into the minutes',
  批量决定: 'Decide many', 已决定: 'Decided', '点金额看它是怎么来的；勾选多行一起决定。': 'Click an amount for its explanation; tick rows to decide them together.', '点金额看它是怎么来的。写好决议草稿以后，会议秘书在这里逐人决定。': 'Click an amount for its explanation. The secretary decides here once a resolution is drafted.',
  拟补助名单: 'Proposed list', '决定所选 {n} 人': 'Decide {n} selected', 其余全部同意: 'Approve all the rest', '没有符合条件的人员。两局提交拟定标准以后，名单出现在这里。': 'Nobody matches. The list appears once both bureaus have submitted the standard.', '{name}的决定': 'Decision on {name}', '对所选 {n} 人作同一决定': 'One decision for {n} selected',
  '自负（元）': 'Self-paid (yuan)', '应补（元）': 'Due (yuan)', '补助（元）': 'Subsidy (yuan)', 补助后自负: 'Self-paid after', 核实有出入: 'Visit differs', 未反馈: 'Unanswered', 高于化解标准: 'Above the line', '回避：{names}': 'Recused: {names}',
  人数: 'People', '自负合计（元）': 'Self-paid total', '应补合计（元）': 'Due total', '补助合计（元）': 'Subsidy total', 有单位未反馈: 'A unit has not answered', 因资金不足少补: 'Cut for lack of money', 以往多补: 'Overpaid before', 有回避: 'With recusal',
  姓名或编号: 'Name or case no.', 全部乡镇: 'All townships', 全部类别: 'All categories', 全部意见: 'All decisions', 只看: 'Only', 全部人员: 'Everybody', 补助不低于: 'From', 补助不高于: 'To',
  滑块: 'Sliders', '把钱用足：求比例': 'Spend all: find ratio', '把钱用足：求起付线': 'Spend all: find threshold', '把钱用足：求封顶': 'Spend all: find cap', '拖动滑块看要花多少钱；只是试算，不改变本轮的任何数。': 'Move the sliders to see the cost; only a trial, nothing of the round changes.',
  '可用额度（元）': 'Available (yuan)', '按标准需要（元）': 'Needed (yuan)', '实际补助（元）': 'Given (yuan)', '余额（元）': 'Left (yuan)', '按此标准缺 {c} 元，{rule}。': 'Short by {c} yuan: {rule}.', 起付线: 'Threshold', 比例: 'Ratio', 封顶: 'Cap', '起付{a} 比例{b}% 封顶{c}': 'over {a}, {b}%, cap {c}',
  留作比较: 'Keep to compare', 清空比较: 'Clear', 方案比较: 'Side by side', 方案: 'Candidate', 标准: 'Standard', 受益人数: 'People', '需要（元）': 'Needed (yuan)', '实际（元）': 'Given (yuan)', 仍高于化解标准: 'Still above the line', 按金额: 'By amount', 按类别: 'By category', 按乡镇: 'By township',
}
