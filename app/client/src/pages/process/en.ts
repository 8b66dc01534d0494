export const words: Record<string, string> = {
  流程图: 'Diagram', '流程图，各步骤的件数见下表': 'Diagram; the counts of each step are in the table below', '待办 {a}，逾期 {b}，办结 {c}': '{a} open, {b} overdue, {c} done',
  '数字是停在这一步的件数，红色表示有逾期；点一个步骤看它的任务。': 'Numbers say how many stand at a step, red ones are overdue; click a step to see its tasks.', 回到本轮: 'Back to the round',
  '本轮还没有流程。开启后会出现在这里。': 'No process yet. It appears here when the round is opened.', 流程: 'Process', '{name} 第{v}版：进行 {a}，结束 {b}': '{name}, version {v}: {a} running, {b} ended',
  各步骤用时: 'Time spent in each step', 步骤: 'Step', 待办: 'To do', 逾期: 'Overdue', 办结: 'Done', '一般用时（工作日）': 'Median (working days)', '最长（工作日）': 'Longest (working days)',
  决策表: 'Decision table', 流程与决策表: 'Processes and tables', '每次部署留下一个版本。在办的按开始时的版本办完，新开的用现行版本。': 'Each deployment leaves a version. Running cases keep theirs; new ones use the current version.',
  '还没有部署流程。部署后，每个版本会出现在这里。': 'No process is deployed. Each version appears here after deployment.', 地区: 'Scheme', 版本: 'Version', 状态: 'State', 现行: 'Current', 旧版: 'Old', 部署时间: 'Deployed',
  '{name} 第{v}版': '{name}, version {v}', 全部版本: 'All versions', '这个版本没有决策表。': 'This version has no decision tables.', 选择决策表: 'Choose a decision table', '依据（{file}）': 'Sources ({file})',
}
