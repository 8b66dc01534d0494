import { Modal, Table } from 'antd'
import { useState } from 'react'
import { useData } from '../../api/hooks'
import { api } from '../../kernel/http'
import { t } from '../../kernel/i18n'
import { JobProgress } from '../../desk/parts/JobProgress'

/** How far a run of decisions is, and what became of each row that it refused. */
export function BulkDecided({ bulkId, onEnd }: { bulkId: number; onEnd: () => void }) {
  const [finished, setFinished] = useState(false)
  const path = { bulk_id: bulkId }
  const rows = useData(finished ? `decided ${bulkId}` : undefined, (signal) => api.get('/bulk/{bulk_id}/rows', { path, query: { limit: 200 }, signal }))
  return (
    <Modal open title={t('批量决定')} footer={null} width={640} mask={{ closable: false }} onCancel={onEnd}>
      <div className="stack">
        <JobProgress
          name={`bulk ${bulkId}`} onFinished={() => { setFinished(true) }} read={async (signal) => {
            const state = await api.get('/bulk/{bulk_id}', { path, signal })
            return { total: state.total, done: state.done, refused: state.refused, finished: state.state === 'done' }
          }}
        />
        {finished && (
          <Table
            size="small" loading={rows.loading} rowKey="position" pagination={{ pageSize: 8, hideOnSinglePage: true }}
            dataSource={(rows.data?.items ?? []).map((row, position) => ({ ...row, position })).sort((a, b) => Number(a.state === 'done') - Number(b.state === 'done'))}
            columns={[
              { title: t('编号'), render: (_, row) => String((row.result as Record<string, unknown> | null)?.case_no ?? row.item.case_no ?? row.item.case_id ?? '') },
              { title: t('结果'), render: (_, row) => (row.state === 'done' ? <span className="good">{t('已决定')}</span> : <span className="late">{String((row.result as Record<string, unknown> | null)?.message ?? t('未办'))}</span>) },
            ]}
          />
        )}
      </div>
    </Modal>
  )
}
