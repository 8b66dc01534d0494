import { language, setLanguage } from '../../kernel/i18n'

export function Language() {
  const other = language() === 'zh' ? 'en' : 'zh'
  return <button type="button" className="link" lang={other === 'en' ? 'en' : 'zh-CN'} onClick={() => { setLanguage(other) }}>{other === 'en' ? 'English' : '中文'}</button>
}
