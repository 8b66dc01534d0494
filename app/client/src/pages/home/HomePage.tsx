import { Page } from '../../desk/parts/Page'
import { t } from '../../kernel/i18n'

export default function HomePage() {
  return <Page title={t('首页')}>{null}</Page>
}
