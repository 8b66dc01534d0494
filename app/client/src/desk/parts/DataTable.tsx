import { DownloadOutlined, SettingOutlined } from '@ant-design/icons'
import { Button, Checkbox, Dropdown, Empty, Pagination, Select, Table, Tooltip } from 'antd'
import type { ColumnType } from 'antd/es/table'
import { useState, type Key, type ReactNode } from 'react'
import { usePages, type ServerPage } from '../../api/pages'
import { t } from '../../kernel/i18n'
import { useKept } from '../../kernel/kept'
import { ProblemNote } from './ProblemNote'

export interface Column<T> extends Omit<ColumnType<T>, 'title' | 'key'> {
  key: string
  title: string
  /** Not shown until somebody chooses it. */
  hidden?: boolean
}
interface Props<T> {
  /** Names the list where choices are kept, and says everything the reading depends on. */
  name: string
  query: Record<string, unknown>
  read: (query: { cursor?: string; limit: number }, signal: AbortSignal) => Promise<ServerPage<T>>
  columns: Column<T>[]
  rowKey: (row: T) => number | string
  /** What will appear here and when, for an empty list. */
  empty: ReactNode
  filters?: ReactNode
  actions?: ReactNode
  sorts?: { value: string; label: string }[]
  sort?: string
  onSort?: (sort: string) => void
  /** Address of the same list as a workbook. */
  exportHref?: string
  selection?: { keys: Key[]; onChange: (keys: Key[], rows: T[]) => void; disabled?: (row: T) => boolean }
  /** Changes when the list must be read anew. */
  stamp?: number
  caption: string
}

/** Every list of the desk: paged by the server, sortable, columns to choose, a workbook of it, and words when it is empty. */
export function DataTable<T extends object>(props: Props<T>) {
  const { name, query, read, columns, rowKey, empty, filters, actions, sorts, sort, onSort, exportHref, selection, stamp = 0, caption } = props
  const [size, setSize] = useKept(`${name}.size`, 50)
  const [off, setOff] = useKept<string[]>(`${name}.hidden`, columns.filter((one) => one.hidden).map((one) => one.key))
  const key = JSON.stringify([name, query, size, stamp])
  const list = usePages(key, (cursor, signal) => read({ limit: size, ...(cursor ? { cursor } : {}) }, signal))
  const shown = columns.filter((one) => !off.includes(one.key))
  const known = (list.page - 1) * size + list.items.length
  return (
    <section className="data-table" aria-label={caption}>
      <div className="bar">
        {filters}
        <div className="bar-end">
          {actions}
          {sorts && <Select aria-label={t('排序')} value={sort} options={sorts} onChange={onSort} popupMatchSelectWidth={false} />}
          {exportHref && (
            <Tooltip title={t('按当前筛选导出全部行')}><Button icon={<DownloadOutlined />} href={exportHref}>{t('导出 Excel')}</Button></Tooltip>
          )}
          <ColumnChooser columns={columns} off={off} onChange={setOff} />
        </div>
      </div>
      {list.problem && <ProblemNote problem={list.problem} onRetry={list.reload} />}
      <Table<T>
        columns={shown} dataSource={list.items} rowKey={rowKey} loading={list.loading} pagination={false} size="small"
        scroll={{ x: 'max-content' }} locale={{ emptyText: list.problem ? ' ' : <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={empty} /> }}
        {...(selection ? { rowSelection: {
          selectedRowKeys: selection.keys, preserveSelectedRowKeys: true, onChange: selection.onChange,
          getCheckboxProps: (row: T) => ({ disabled: selection.disabled?.(row) ?? false, 'aria-label': t('选择这一行') }),
          getTitleCheckboxProps: () => ({ 'aria-label': t('选择本页全部') }),
        } } : {})}
      />
      {(list.page > 1 || list.more) && (
        <Pagination
          className="pager" current={list.page} pageSize={size} total={known + (list.more ? 1 : 0)} pageSizeOptions={[20, 50, 100, 200]} showSizeChanger
          showLessItems simple={{ readOnly: true }} onChange={(page, next) => { if (next === size) list.turn(page); else setSize(next) }}
        />
      )}
    </section>
  )
}

interface ChooserProps<T> {
  columns: Column<T>[]
  off: string[]
  onChange: (off: string[]) => void
}

function ColumnChooser<T>({ columns, off, onChange }: ChooserProps<T>) {
  const [open, setOpen] = useState(false)
  const toggle = (key: string, on: boolean) => { onChange(on ? off.filter((one) => one !== key) : [...off, key]) }
  return (
    <Dropdown
      open={open} onOpenChange={setOpen} trigger={['click']}
      popupRender={() => (
        <div className="chooser" role="group" aria-label={t('选择列')}>
          {columns.map((one) => (
            <Checkbox key={one.key} checked={!off.includes(one.key)} disabled={!off.includes(one.key) && off.length === columns.length - 1}
              onChange={(event) => { toggle(one.key, event.target.checked) }}>{one.title}</Checkbox>
          ))}
        </div>
      )}
    >
      <Button icon={<SettingOutlined />} aria-label={t('选择列')} />
    </Dropdown>
  )
}
