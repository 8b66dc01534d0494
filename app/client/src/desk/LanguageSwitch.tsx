import { Button } from 'antd'
import { setLanguage, useLanguage } from '../kernel/i18n'

export function LanguageSwitch() {
  const other = useLanguage() === 'zh' ? 'en' : 'zh'
  return (
    <Button type="text" size="small" lang={other === 'zh' ? 'zh-CN' : 'en'} onClick={() => { setLanguage(other) }}>
      {other === 'zh' ? '中文' : 'English'}
    </Button>
  )
}
