import { Card, Empty, Select } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { Link, useParams } from 'react-router'
import { useData } from '../../api/hooks'
import { api, type Answer } from '../../kernel/http'
import { t } from '../../kernel/i18n'
import { Loading } from '../../desk/parts/Loading'
import { Page } from '../../desk/parts/Page'
import { ProblemNote } from '../../desk/parts/ProblemNote'
import { Diagram } from './Diagram'

const TableView = lazy(() => import('./TableView'))
type TableFile = Answer<'/definitions/{definition_id}/decisions'>['items'][number]

/** One version: its drawing, and its decision tables with the documents they come from. */
export default function DefinitionPage() {
  const id = useParams().definitionId ?? ''
  const path = { definition_id: id }
  const drawing = useData(`definition ${id}`, (signal) => api.get('/definitions/{definition_id}', { path, signal }))
  const tables = useData(`decisions ${id}`, (signal) => api.get('/definitions/{definition_id}/decisions', { path, signal }))
  const one = drawing.data
  return (
    <Page title={one ? t('{name} 第{v}版', { name: one.process_key, v: one.version }) : t('流程与决策表')} actions={<Link to="/definitions">{t('全部版本')}</Link>}>
      {drawing.problem && <ProblemNote problem={drawing.problem} onRetry={drawing.reload} />}
      {tables.problem && <ProblemNote problem={tables.problem} onRetry={tables.reload} />}
      {!one && !drawing.problem && <Loading />}
      {one && <Diagram xml={one.diagram} marks={NO_MARKS} onChoose={nothing} />}
      {tables.data && <Tables files={tables.data.items} />}
    </Page>
  )
}

const NO_MARKS: [] = []
function nothing(): void { /* A drawing without counts opens nothing. */ }

function Tables({ files }: { files: TableFile[] }) {
  const [chosen, setChosen] = useState<string>()
  const all = files.flatMap((file) => file.decisions.map((decision) => ({ key: `${file.file}#${decision.id}`, file, decision })))
  const shown = all.find((one) => one.key === chosen) ?? all[0]
  if (!shown) return <Empty description={t('这个版本没有决策表。')} />
  const groups = files.map((file) => ({
    label: file.name, options: file.decisions.map((decision) => ({ value: `${file.file}#${decision.id}`, label: decision.name })),
  }))
  return (
    <Card title={<h2>{t('决策表')}</h2>}>
      <div className="stack">
        <Select aria-label={t('选择决策表')} value={shown.key} onChange={setChosen} options={groups} showSearch={{ optionFilterProp: 'label' }} popupMatchSelectWidth={false} className="filter" />
        <div className="grid-2">
          <Suspense fallback={<Loading />}><TableView xml={shown.file.xml} decision={shown.decision.id} /></Suspense>
          <section aria-labelledby="sources">
            <h3 id="sources">{t('依据（{file}）', { file: shown.file.file })}</h3>
            <ul className="sentences">{shown.file.sources.map((source) => <li key={source}>{source}</li>)}</ul>
          </section>
        </div>
      </div>
    </Card>
  )
}
