import { t } from './i18n'

/** Everything is shown in the county's own time, wherever the computer stands. */
const ZONE = 'Asia/Shanghai'
const DAY = 86_400_000
const parts = new Intl.DateTimeFormat('sv-SE', {
  timeZone: ZONE, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit',
})

/** "2026-11-23" of an instant or a date. */
export function formatDate(value: string | null | undefined): string {
  if (!value) return '—'
  return value.length === 10 ? value : parts.format(new Date(value)).slice(0, 10)
}

/** "2026-11-23 09:05" of an instant. */
export function formatMoment(value: string | null | undefined): string {
  return value ? parts.format(new Date(value)) : '—'
}

/** Calendar days from today to that day in the county; negative when it is past. */
export function daysUntil(value: string, now: Date = new Date()): number {
  const day = (text: string): number => Date.parse(`${text}T00:00:00Z`)
  return Math.round((day(formatDate(value)) - day(formatDate(now.toISOString()))) / DAY)
}

/** "今天到期", "明天到期", "还有 3 天", "已逾期 2 天"; working days where the server has counted them. */
export function dueWords(due: string | null | undefined, workingDaysLate?: number | null, now: Date = new Date()): string {
  if (!due) return t('无期限')
  if (workingDaysLate) return t('已逾期 {n} 个工作日', { n: workingDaysLate })
  const days = daysUntil(due, now)
  if (days < 0) return t('已逾期 {n} 天', { n: -days })
  if (days === 0) return Date.parse(due) < now.getTime() ? t('今天已到期') : t('今天到期')
  return days === 1 ? t('明天到期') : t('还有 {n} 天', { n: days })
}
