import { t } from '../../kernel/i18n'

export interface Step {
  text: string
  /** Where it is done; the phone's address leads out of the desk. */
  to?: '/home' | '/tasks' | '/rounds' | '/meetings' | '/m/'
}
export interface Guide {
  role: string
  aim: string
  steps: Step[]
}

/** What each role does, in its order of a round; made anew in the language of the page. */
export function allGuides(): Guide[] {
  return [...doorGuides(), ...departmentGuides(), ...bureauGuides(), ...moneyGuides(), ...watchingGuides()]
}

function doorGuides(): Guide[] {
  return [
    {
      role: 'grid_worker', aim: t('上门核对别处拿过的补助，不让困难家庭跑腿。'),
      steps: [
        { text: t('出门前在有信号的地方用手机打开入户页面，名单会存进手机。'), to: '/m/' },
        { text: t('按村走，点开一户，先看县里已经知道什么，再点“开始核实”，一屏一问。') },
        { text: t('金额有出入的，改成票据上的数并拍下票据；没见到人点“上门未遇”。') },
        { text: t('双方签名后提交，不用等信号：灰勾是在手机上，绿勾是县里收到了。') },
        { text: t('“未通过”的在“待发送”里点“去改”。') },
      ],
    },
    {
      role: 'township_clerk', aim: t('审核本乡镇（街道）网格员交来的核实结果。'),
      steps: [
        { text: t('在待办里打开“乡镇（街道）审核”，核对金额、票据照片和签名。'), to: '/tasks' },
        { text: t('不清楚的退回网格员，写一句原因，对方会看到。') },
        { text: t('无误的通过；同类的可以勾选后成批办理。') },
        { text: t('银行退回的，在“提出收款账户”里填新账户，由民政局另一人确认。'), to: '/tasks' },
      ],
    },
  ]
}

function departmentGuides(): Guide[] {
  return [
    {
      role: 'department_liaison', aim: t('报上本单位今年给过名单上的人多少钱。'),
      steps: [
        { text: t('在待办里打开“填报救助补助金额”，第一句就是要报什么。'), to: '/tasks' },
        { text: t('可以下载模板填好传回，可以传自己系统里有身份证号和金额两列的表，也可以在网页上逐行填。') },
        { text: t('有错的行会指出在哪一行、怎么改；金额比医药费还大的要再看一眼。') },
        { text: t('一笔也没有的，明确报“无”，不要不答复。') },
        { text: t('汇总之前都可以更正。汇总之后，能看到上门核实改了什么、为什么。') },
      ],
    },
    {
      role: 'hospital_desk', aim: t('配合核对医院的结算费用。'),
      steps: [{ text: t('有需要医院办理的事项时，会出现在待办里。'), to: '/tasks' }],
    },
  ]
}

function bureauGuides(): Guide[] {
  return [
    {
      role: 'ybj_officer', aim: t('从开启一轮到最后一张银行回单，都由您照看。'),
      steps: [
        { text: t('在补助轮次里开启一轮，传入结算数据。系统统计每人全年费用，列出超过初筛线的人。'), to: '/rounds' },
        { text: t('在“审核初步名单”里剔除不符合条件的人，每人写明原因。'), to: '/tasks' },
        { text: t('看各单位谁还没填报，可以催办；到齐后“汇总形成需核实名单”。'), to: '/rounds' },
        { text: t('“提出补助标准”前先试算几种比例和起付线，看基金够不够。'), to: '/meetings' },
        { text: t('会后发放：制单、复核、批准须是三个人。银行退回的更正账户后进下一批。'), to: '/tasks' },
        { text: t('全部到账或有去处后结束本轮，名单和金额可以随时重算核对。'), to: '/rounds' },
      ],
    },
    {
      role: 'civil_affairs_officer', aim: t('派发上门核实，对门口看到的情况负责。'),
      steps: [
        { text: t('在“派发上门核实”里按村分给网格员。'), to: '/tasks' },
        { text: t('在本轮页面看哪里逾期，红色的要处理；点数字看到每一件。'), to: '/rounds' },
        { text: t('核实都回来后“汇总需补助名单”，再“提交名单”给会议。'), to: '/tasks' },
        { text: t('会议通过后“划入帮扶资金”；乡镇提出的新账户由您确认。'), to: '/tasks' },
      ],
    },
    {
      role: 'meeting_secretary', aim: t('名单上的每个人、每一分钱，会上都说得清。'),
      steps: [
        { text: t('会前打开本轮名单：每个金额都能点开，看到从医药费到补助的逐句说明。'), to: '/meetings' },
        { text: t('用试算调整比例、起付线、封顶线，看需要多少、基金还剩多少。'), to: '/meetings' },
        { text: t('登记到会人员；有亲属在名单上的成员，对那一行回避。') },
        { text: t('暂缓、不予补助、调整金额逐个决定并写原因，其余一次通过。') },
        { text: t('传上盖章的纪要后封存。封存后谁也改不了，更正要靠新的决议。') },
      ],
    },
  ]
}

function moneyGuides(): Guide[] {
  return [
    {
      role: 'fund_manager', aim: t('管好基金的每一笔进出。'),
      steps: [
        { text: t('在轮次里看标准需要多少、基金可用多少；不够的会提前说明。'), to: '/rounds' },
        { text: t('待办里有需要您办的付款事项。'), to: '/tasks' },
      ],
    },
    {
      role: 'reviewer', aim: t('复核付款批次，不能是制单的人。'),
      steps: [
        { text: t('核对批次的人数和总金额是否与会议决议一致，再逐户抽看账户。') },
        { text: t('有疑问的不复核，告诉制单人改正后重新提交。') },
      ],
    },
    {
      role: 'finance_officer', aim: t('批准付款，不能是制单和复核的人。'),
      steps: [
        { text: t('看清“向多少人发放多少元”，批准后送银行，不能撤回。') },
        { text: t('银行回盘后核对到账、退回和待领的人数。'), to: '/rounds' },
      ],
    },
  ]
}

function watchingGuides(): Guide[] {
  return [
    {
      role: 'auditor', aim: t('从医药费查到银行回单，只看不改。'),
      steps: [
        { text: t('打开一轮，点数字看到明细；每个金额都有逐句说明、规则和条款。'), to: '/rounds' },
        { text: t('谁在什么时候做了什么、看过谁的完整证件号，都在审计记录里，改不掉。') },
        { text: t('已结束的一轮可以从封存的数据重算，差一分都会列出来。') },
      ],
    },
    {
      role: 'administrator', aim: t('管人员和岗位，看流程卡在哪里。'),
      steps: [
        { text: t('首页的“异常”是流程走不下去的地方，按提示处理后重试。'), to: '/home' },
        { text: t('人员调动时先指定代办人，再停用账号，手上的事不会丢。') },
        { text: t('流程图和决策表换版后，在办的继续用原来的版本。') },
      ],
    },
  ]
}
