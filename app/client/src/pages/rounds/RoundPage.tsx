import { Button, Card, Descriptions } from 'antd'
import { Link, useParams } from 'react-router'
import { formatDate } from '../../kernel/dates'
import { t } from '../../kernel/i18n'
import { Loading } from '../../desk/parts/Loading'
import { Money } from '../../desk/parts/Money'
import { Page } from '../../desk/parts/Page'
import { ProblemNote } from '../../desk/parts/ProblemNote'
import { RoundCard } from '../home/RoundCard'
import { useHome } from '../home/useHome'
import { ListsTable } from './ListsTable'
import { TalliesTable } from './TalliesTable'
import { stageWords } from './stages'
import { useRound } from './useRound'

/** One round: its five steps, who still owes an answer, its lists. */
export default function RoundPage() {
  const roundId = Number(useParams().roundId)
  const { data, problem, reload } = useRound(roundId)
  const home = useHome()
  const line = home.data?.rounds.find((one) => one.round.id === roundId)
  if (!data) return <Page title={t('轮次')}>{problem ? <ProblemNote problem={problem} onRetry={reload} /> : <Loading />}</Page>
  return (
    <Page
      title={data.name} hint={t('现在：{stage}', { stage: stageWords(data.stage) })}
      actions={(
        <>
          <Link to={`/rounds/${roundId}/cases`}><Button>{t('人员名单')}</Button></Link>
          <Link to={`/rounds/${roundId}/tasks`}><Button>{t('在谁手里')}</Button></Link>
          <Link to={`/rounds/${roundId}/process`}><Button>{t('流程图')}</Button></Link>
        </>
      )}
    >
      {problem && <ProblemNote problem={problem} onRetry={reload} />}
      {line && <RoundCard line={line} />}
      <TalliesTable tallies={data.tally_requests} onChanged={reload} />
      <ListsTable roundId={roundId} lists={data.lists} />
      <Card title={<h2>{t('本轮口径')}</h2>}>
        <Descriptions size="small" column={{ xs: 1, md: 2, xl: 4 }} items={[
          { key: 'cut', label: t('统计截止日'), children: formatDate(data.cut_off) },
          { key: 'screen', label: t('筛查线'), children: <Money yuan={data.screening_line} /> },
          { key: 'verify', label: t('核实线'), children: <Money yuan={data.verification_line} /> },
          { key: 'opened', label: t('开启日期'), children: formatDate(data.opened_at) },
        ]} />
      </Card>
    </Page>
  )
}
