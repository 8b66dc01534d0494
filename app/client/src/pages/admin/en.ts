export const words: Record<string, string> = {
  数据导入: 'Imports', '一份表要么全部导入，要么一行也不导入；错在哪一行会逐行写明。': 'A table is taken over whole or not at all; every wrong row is named.', 导入一份表: 'Import a table',
  人员名册: 'People', 医疗费用结算: 'Settlements', 银行代发结果: 'Bank results', 排队中: 'Queued', 正在导入: 'Running', 已导入: 'Imported', 未导入: 'Not imported',
  文件: 'File', 内容: 'Content', 行数: 'Rows', 有错的行: 'Wrong rows', 开始时间: 'Started', '还没有导入过。导入第一份表后，每次导入的结果会出现在这里。': 'Nothing imported yet. Each import and its result appears here.',
  开始导入: 'Start', '快照名称（不填按文件名）': 'Name of the snapshot (empty: of the file)', '已选择：{name}': 'Chosen: {name}', 'Excel、CSV 或 Parquet，第一行是表头': 'Excel, CSV or Parquet with headings in the first row',
  工作表: 'Sheet', 行: 'Row', 列: 'Column', 程度: 'Severity', 必须改正: 'Must be put right', 问题和改法: 'Faults and remedies', '没有导入任何一行。请按下面的问题改正文件后重新导入。': 'Not one row was imported. Put the faults below right and import again.',
  回到数据导入: 'Back to imports', '共 {n} 处问题': '{n} faults', '下载标注了问题的 Excel': 'Download the faults as Excel', '没有问题。': 'No faults.',
  异常: 'Incidents', 已安排重试: 'It will be tried again', 哪里: 'Where', 出了什么问题: 'What went wrong', 怎么办: 'What to do', 已试次数: 'Tries', 时间: 'When', 再试一次: 'Try again',
  '流程自己走不下去的地方。先按“怎么办”处理，再重试。': 'Where the process cannot go on by itself. Do what is advised, then try again.', '没有异常。流程停住时，原因和办法会出现在这里。': 'No incidents. When the process stops, the cause and the remedy appear here.',
  审计查询: 'Audit', 何人: 'Who', 何事: 'What', 对象: 'Subject', 封存号: 'Seal no.', '每一次办理都留痕，留痕不能修改。': 'Every act leaves a trace that cannot be changed.', 按内容查找: 'Search the text', '没有这样的记录。换一个词再查。': 'No such record. Try another word.',
  用户: 'Users', 单位: 'Unit', 在用: 'Active', 已停用: 'Stopped', 停用: 'Stop', 启用: 'Restore', '已停用{name}': '{name} can no longer log in', '已启用{name}': '{name} can log in again', '停用后立即不能登录，已办的事仍在他名下。': 'A stopped account cannot log in at once; what was done stays under its name.', 按姓名或用户名查找: 'Name or user name', '没有这样的用户。': 'No such user.',
  我的账号: 'My account', 接口文档: 'API documents', 修改密码: 'Change the password', 密码已修改: 'The password was changed', 现在的密码: 'Present password', 新密码: 'New password',
}
