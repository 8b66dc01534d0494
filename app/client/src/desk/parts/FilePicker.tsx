import { InboxOutlined } from '@ant-design/icons'
import { Upload } from 'antd'
import { useState } from 'react'
import { t } from '../../kernel/i18n'

interface Props {
  /** ".xlsx,.csv" */
  accept: string
  hint: string
  busy?: boolean
  maxMegabytes?: number
  onPick: (file: File) => void
}

/** Choose or drop one file; sending it is the page's own work. */
export function FilePicker({ accept, hint, busy = false, maxMegabytes = 64, onPick }: Props) {
  const [refused, setRefused] = useState('')
  const take = (file: File): boolean => {
    const known = accept.split(',').some((kind) => file.name.toLowerCase().endsWith(kind.trim()))
    const small = file.size <= maxMegabytes * 1024 * 1024
    setRefused(!known ? t('只能选择 {kinds} 文件', { kinds: accept }) : !small ? t('文件超过 {n} MB，请拆分后再传', { n: maxMegabytes }) : '')
    if (known && small) onPick(file)
    return false
  }
  return (
    <div>
      <Upload.Dragger accept={accept} multiple={false} showUploadList={false} disabled={busy} beforeUpload={take}>
        <p className="picker-icon"><InboxOutlined aria-hidden /></p>
        <p>{t('点这里选择文件，或把文件拖进来')}</p>
        <p className="soft">{hint}</p>
      </Upload.Dragger>
      {refused && <p className="late" role="alert">{refused}</p>}
    </div>
  )
}
