import { DeleteOutlined, StarOutlined } from '@ant-design/icons'
import { Button, Dropdown, Input, Modal, Space } from 'antd'
import { useState } from 'react'
import { useAction, useData } from '../../api/hooks'
import { api } from '../../kernel/http'
import { t } from '../../kernel/i18n'
import { ProblemNote } from '../../desk/parts/ProblemNote'

interface Props<Q> {
  query: Q
  onChoose: (query: Q) => void
}

/** Ways of looking at the inbox that one comes back to, kept by the server for this user alone. */
export function SavedFilters<Q extends object>({ query, onChoose }: Props<Q>) {
  const { data, reload } = useData('filters', (signal) => api.get('/me/filters', { signal }))
  const [naming, setNaming] = useState(false)
  const [name, setName] = useState('')
  const keep = useAction((_key, called: string) => api.put('/me/filters/{name}', { path: { name: called }, body: { query } as never }))
  const forget = useAction(async (_key, called: string) => {
    await api.delete('/me/filters/{name}', { path: { name: called } })
    reload()
  })
  const kept = data?.items ?? []
  const save = async (): Promise<void> => {
    if (!name.trim() || !(await keep.run(name.trim()))) return
    setNaming(false)
    setName('')
    reload()
  }
  const items = [
    ...kept.map((one) => ({
      key: one.name,
      label: (
        <Space>
          {one.name}
          <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t('删除筛选 {name}', { name: one.name })}
            onClick={(event) => { event.stopPropagation(); void forget.run(one.name) }} />
        </Space>
      ),
      onClick: () => { onChoose(one.query as Q) },
    })),
    { key: ' save', label: t('保存当前筛选…'), onClick: () => { setNaming(true) } },
  ]
  return (
    <>
      <Dropdown menu={{ items }} trigger={['click']}><Button icon={<StarOutlined />}>{t('常用筛选')}</Button></Dropdown>
      <Modal open={naming} title={t('保存当前筛选')} okText={t('保存')} okButtonProps={{ disabled: !name.trim() }} confirmLoading={keep.busy} onOk={() => void save()} onCancel={() => { setNaming(false) }} width={380}>
        <label htmlFor="filter-name">{t('名称')}</label>
        <Input id="filter-name" value={name} maxLength={40} onChange={(event) => { setName(event.target.value) }} onPressEnter={() => void save()} />
        {keep.problem && <ProblemNote problem={keep.problem} />}
      </Modal>
    </>
  )
}
