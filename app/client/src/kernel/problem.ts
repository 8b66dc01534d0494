import { t } from './i18n'

/** One thing wrong: where (JSON pointer, cell, element), code, and what to do. */
export interface Fault {
  where: string
  code: string
  message: string
}

/** Anything that went wrong between the page and the server, told in words that say what to do. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly faults: Fault[]
  readonly more: Record<string, unknown>

  constructor(status: number, code: string, message: string, faults: Fault[] = [], more: Record<string, unknown> = {}) {
    super(message)
    this.name = 'Problem'
    this.status = status
    this.code = code
    this.faults = faults
    this.more = more
  }
}

export function isProblem(value: unknown, code?: string): value is Problem {
  return value instanceof Problem && (code === undefined || value.code === code)
}

/** The server could not be reached at all; nothing is known about what became of the request. */
export function offline(): Problem {
  return new Problem(0, 'offline', t('连不上服务器。请检查网络后重试；重复提交不会办两次。'))
}

export async function readProblem(reply: Response): Promise<Problem> {
  const body: unknown = await reply.json().catch(() => null)
  if (typeof body !== 'object' || body === null || !('code' in body)) {
    return new Problem(reply.status, 'unexpected', t('服务器没有正常答复（{n}），请稍后重试。', { n: reply.status }))
  }
  const { code, detail, faults, ...more } = body as { code: string; detail?: string; faults?: Fault[] }
  return new Problem(reply.status, code, detail ?? t('请求未完成'), faults ?? [], more)
}

/** Whatever was thrown, as a Problem. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown
  return new Problem(-1, 'page_broken', t('页面出错了，请刷新后重试。'), [], { thrown: String(thrown) })
}
