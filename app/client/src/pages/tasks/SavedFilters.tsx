import { DeleteOutlined, StarOutlined } from '@ant-design/icons'
import { Button, Dropdown, Input, Modal, Space } from 'antd'
import { useState } from 'react'
import { t } from '../../kernel/i18n'
import { useKept } from '../../kernel/kept'

export interface SavedFilter<Q> {
  name: string
  query: Q
}
interface Props<Q> {
  place: string
  query: Q
  onChoose: (query: Q) => void
}

/** Ways of looking that one comes back to. */
export function SavedFilters<Q>({ place, query, onChoose }: Props<Q>) {
  const [kept, setKept] = useKept<SavedFilter<Q>[]>(`${place}.filters`, [])
  const [naming, setNaming] = useState(false)
  const [name, setName] = useState('')
  const save = () => {
    const called = name.trim()
    if (!called) return
    setKept([...kept.filter((one) => one.name !== called), { name: called, query }])
    setNaming(false)
    setName('')
  }
  const items = [
    ...kept.map((one) => ({
      key: one.name,
      label: (
        <Space>
          {one.name}
          <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t('删除筛选 {name}', { name: one.name })}
            onClick={(event) => { event.stopPropagation(); setKept(kept.filter((other) => other.name !== one.name)) }} />
        </Space>
      ),
      onClick: () => { onChoose(one.query) },
    })),
    { key: ' save', label: t('保存当前筛选…'), onClick: () => { setNaming(true) } },
  ]
  return (
    <>
      <Dropdown menu={{ items }} trigger={['click']}><Button icon={<StarOutlined />}>{t('常用筛选')}</Button></Dropdown>
      <Modal open={naming} title={t('保存当前筛选')} okText={t('保存')} okButtonProps={{ disabled: !name.trim() }} onOk={save} onCancel={() => { setNaming(false) }} width={380}>
        <label htmlFor="filter-name">{t('名称')}</label>
        <Input id="filter-name" value={name} maxLength={40} onChange={(event) => { setName(event.target.value) }} onPressEnter={save} />
      </Modal>
    </>
  )
}
