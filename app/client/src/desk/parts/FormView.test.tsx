import { render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { expect, test, vi } from 'vitest'
import townshipCheck from '../../../../../forms/shengzhou/township_check.json'
import { FormView, type FormData } from './FormView'

function Filled({ schema, onSubmit, onTyped }: { schema: FormData; onSubmit: (value: FormData) => void; onTyped?: () => void }) {
  const [value, setValue] = useState<FormData>({})
  return <FormView schema={schema} uiSchema={null} value={value} onSubmit={onSubmit} onChange={(next, typed) => { setValue(next); if (typed) onTyped?.() }} />
}

test('a shipped form is checked by compiled code, in Chinese, and agrees to nothing by itself', async () => {
  const onSubmit = vi.fn()
  const onTyped = vi.fn()
  render(<Filled schema={townshipCheck} onSubmit={onSubmit} onTyped={onTyped} />)
  const tick = await screen.findByRole('checkbox', { name: /核实结果属实/ })
  expect(tick).not.toBeChecked()
  expect(onTyped).not.toHaveBeenCalled()
  await userEvent.click(screen.getByRole('button', { name: /提\s?交/ }))
  expect(await screen.findByText('须确认后才能提交')).toBeInTheDocument()
  expect(onSubmit).not.toHaveBeenCalled()
  await userEvent.click(tick)
  expect(onTyped).toHaveBeenCalled()
  await userEvent.click(screen.getByRole('button', { name: /提\s?交/ }))
  await waitFor(() => { expect(onSubmit).toHaveBeenCalledWith({ accept: true }) })
})

test('a form that came after the build is left to the server to check', async () => {
  const onSubmit = vi.fn()
  render(<Filled schema={{ type: 'object', required: ['x'], properties: { x: { type: 'string', title: '新字段' } } }} onSubmit={onSubmit} />)
  await userEvent.click(await screen.findByRole('button', { name: /提\s?交/ }))
  await waitFor(() => { expect(onSubmit).toHaveBeenCalled() })
})
