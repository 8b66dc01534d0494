import { Checkbox, Input, Select } from 'antd'
import { useData } from '../../api/hooks'
import { api } from '../../kernel/http'
import { t } from '../../kernel/i18n'
import { readYuan } from '../../kernel/money'
import { decisionWord } from './DecisionModal'

export interface ListQuery {
  category?: string | undefined
  area_id?: number | undefined
  amount_from?: string | undefined
  amount_to?: string | undefined
  q?: string | undefined
  decision?: string | undefined
  only?: string | undefined
  differs?: boolean | undefined
}

/** Township, amount, name, decision and difference. */
export function ListFilters({ query, onChange }: { query: ListQuery; onChange: (query: ListQuery) => void }) {
  const townships = useData('townships', async (signal) => {
    const top = await api.get('/areas', { query: { limit: 1 }, signal })
    const county = top.items[0]
    return county ? (await api.get('/areas', { query: { parent_id: county.id, limit: 200 }, signal })).items : []
  })
  const schemes = useData('schemes', (signal) => api.get('/schemes', { signal }))
  const categories = Object.assign({}, ...(schemes.data?.items ?? []).map((one) => one.categories)) as Record<string, string>
  const only = [
    { value: 'unanswered', label: t('有单位未反馈') }, { value: 'short', label: t('因资金不足少补') },
    { value: 'above_line', label: t('高于化解标准') }, { value: 'overpaid', label: t('以往多补') }, { value: 'recused', label: t('有回避') },
  ]
  return (
    <>
      <Input.Search aria-label={t('姓名或编号')} placeholder={t('姓名或编号')} allowClear className="filter meeting-search" onSearch={(q) => { onChange({ ...query, q: q || undefined }) }} />
      <Select
        aria-label={t('乡镇（街道）')} placeholder={t('全部乡镇')} allowClear className="filter" value={query.area_id ?? null}
        options={(townships.data ?? []).map((one) => ({ value: one.id, label: one.name }))} onChange={(area) => { onChange({ ...query, area_id: area ?? undefined }) }}
      />
      <Select
        aria-label={t('类别')} placeholder={t('全部类别')} allowClear className="filter" popupMatchSelectWidth={false} value={query.category ?? null}
        options={Object.entries(categories).map(([value, label]) => ({ value, label }))} onChange={(one) => { onChange({ ...query, category: one ?? undefined }) }}
      />
      <Select
        aria-label={t('会议意见')} placeholder={t('全部意见')} allowClear className="filter" value={query.decision ?? null}
        options={['none', 'approve', 'lower', 'raise', 'defer', 'reject'].map((one) => ({ value: one, label: decisionWord(one) }))} onChange={(one) => { onChange({ ...query, decision: one ?? undefined }) }}
      />
      <Select aria-label={t('只看')} placeholder={t('全部人员')} allowClear className="filter" value={query.only ?? null} options={only} onChange={(one) => { onChange({ ...query, only: one ?? undefined }) }} />
      <Input aria-label={t('补助不低于')} placeholder={t('补助不低于')} className="meeting-amount" onChange={(event) => { onChange({ ...query, amount_from: readYuan(event.target.value) ?? undefined }) }} />
      <Input aria-label={t('补助不高于')} placeholder={t('补助不高于')} className="meeting-amount" onChange={(event) => { onChange({ ...query, amount_to: readYuan(event.target.value) ?? undefined }) }} />
      <Checkbox checked={query.differs ?? false} onChange={(event) => { onChange({ ...query, differs: event.target.checked || undefined }) }}>{t('核实有出入')}</Checkbox>
    </>
  )
}
