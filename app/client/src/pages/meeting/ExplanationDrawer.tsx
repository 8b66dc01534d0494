import { Alert, Button, Card, Drawer, Table } from 'antd'
import { useData } from '../../api/hooks'
import { addressOf, api } from '../../kernel/http'
import { t } from '../../kernel/i18n'
import { Loading } from '../../desk/parts/Loading'
import { Money } from '../../desk/parts/Money'
import { ProblemNote } from '../../desk/parts/ProblemNote'

interface Source { document?: string; clause?: string; quote?: string; name?: string }
interface Difference { payer?: string; payer_name?: string; before?: string; found?: string }
interface Props {
  caseId: number | null
  name: string
  onClose: () => void
}

/** Why this person gets this much: sentences with their sources, tally beside visit with the photos of the door. */
export function ExplanationDrawer({ caseId, name, onClose }: Props) {
  const path = { case_id: caseId ?? 0 }
  const { data, problem, reload } = useData(caseId === null ? undefined : `explanation ${caseId}`, (signal) => api.get('/cases/{case_id}/explanation', { path, signal }))
  const visits = useData(caseId === null ? undefined : `visits ${caseId}`, (signal) => api.get('/cases/{case_id}/visits', { path, signal }))
  const shown = data?.case?.id === caseId ? data : null
  const differences = (shown?.differences ?? []) as Difference[]
  const parts = [...new Set((shown?.sentences ?? []).map((one) => one.part))]
  const photos = (visits.data?.items ?? []).flatMap((visit) => (visit.files ?? []).filter((file) => file.purpose !== 'signature').map((file) => ({ visit: visit.id ?? 0, file: file.id ?? 0 })))
  return (
    <Drawer
      open={caseId !== null} onClose={onClose} size="large" title={t('{name}的金额是怎么来的', { name })}
      extra={<Button href={addressOf('/cases/{case_id}/explanation.html', path)} target="_blank">{t('打印')}</Button>}
    >
      <div className="stack">
        {problem && <ProblemNote problem={problem} onRetry={reload} />}
        {!shown && !problem && <Loading />}
        {shown?.answer && <Alert type="info" title={shown.answer} />}
        {differences.length > 0 && (
          <Card title={<h2>{t('填报与上门不一致')}</h2>} size="small">
            <Table<Difference>
              size="small" pagination={false} dataSource={differences} rowKey={(one) => one.payer ?? ''} columns={[
                { title: t('支付方'), render: (_, one) => one.payer_name ?? one.payer },
                { title: t('填报（元）'), align: 'right', render: (_, one) => <Money yuan={one.before} /> },
                { title: t('上门（元）'), align: 'right', render: (_, one) => <strong className="late"><Money yuan={one.found} /></strong> },
              ]}
            />
            <div className="bar under">
              {photos.map((one) => (
                <a key={one.file} href={addressOf('/visits/{visit_id}/files/{file_id}', { visit_id: one.visit, file_id: one.file })} target="_blank" rel="noreferrer">
                  <img className="evidence" alt={t('上门照片')} src={addressOf('/visits/{visit_id}/files/{file_id}', { visit_id: one.visit, file_id: one.file })} />
                </a>
              ))}
            </div>
          </Card>
        )}
        {parts.map((part) => (
          <section key={part} aria-label={part}>
            <h2>{part}</h2>
            <ol className="sentences">
              {shown?.sentences?.filter((one) => one.part === part).map((one, n) => (
                <li key={n}>{one.text}{(one.sources as Source[]).map((source, m) => <Clause key={m} source={source} />)}</li>
              ))}
            </ol>
          </section>
        ))}
      </div>
    </Drawer>
  )
}

function Clause({ source }: { source: Source }) {
  const said = [source.document ?? source.name, source.clause].filter(Boolean).join(' ')
  return <div className="soft">{said}{source.quote ? `：『${source.quote}』` : ''}</div>
}
