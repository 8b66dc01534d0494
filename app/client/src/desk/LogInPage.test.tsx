import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'
import { LogInPage } from './LogInPage'

function answer(status: number, body: object): void {
  const reply = new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/problem+json' } })
  vi.stubGlobal('fetch', vi.fn(() => Promise.resolve(reply)))
}

async function tryToLogIn(): Promise<void> {
  render(<LogInPage expired={false} />)
  await userEvent.type(screen.getByLabelText('用户名'), 'ybj1')
  await userEvent.type(screen.getByLabelText('密码', { selector: 'input' }), 'wrong')
  await userEvent.click(screen.getByRole('button', { name: /登\s?录/ }))
}

test('a lock-out says for how long, and whom to ask', async () => {
  answer(429, { code: 'too_many_attempts', detail: '尝试次数过多', faults: [], retry_after: 840 })
  await tryToLogIn()
  expect(await screen.findByRole('alert')).toHaveTextContent('请 14 分钟后再试')
})

test('a wrong password never tells whether the name exists', async () => {
  answer(401, { code: 'unauthenticated', detail: '请先登录', faults: [] })
  await tryToLogIn()
  expect(await screen.findByRole('alert')).toHaveTextContent('用户名或密码不对')
})
