import { Card } from 'antd'
import { t } from '../../kernel/i18n'
import { useMe } from '../../kernel/session'
import { Loading } from '../../desk/parts/Loading'
import { Page } from '../../desk/parts/Page'
import { ProblemNote } from '../../desk/parts/ProblemNote'
import { FigureLink } from './FigureLink'
import { RoundCard } from './RoundCard'
import { useHome } from './useHome'
import { WaitingList } from './WaitingList'

/** What waits for me, what is late, and where the rounds stand. */
export default function HomePage() {
  const me = useMe()
  const { data, problem, reload } = useHome()
  return (
    <Page title={t('{name}，您好', { name: me.name })} hint={t('等您办的事，和各轮补助走到了哪一步。')}>
      {problem && <ProblemNote problem={problem} onRetry={reload} />}
      {!data && !problem && <Loading />}
      {data && (
        <>
          <div className="totals">
            {[...data.totals, ...(data.incidents ? [data.incidents] : [])].map((one) => (
              <Card key={one.key} size="small"><FigureLink figure={one} large /></Card>
            ))}
          </div>
          <div className="grid-home">
            <WaitingList waiting={data.waiting} />
            <section className="stack" aria-label={t('各轮进度')}>
              {data.rounds.map((line) => <RoundCard key={line.round.id} line={line} />)}
            </section>
          </div>
        </>
      )}
    </Page>
  )
}
