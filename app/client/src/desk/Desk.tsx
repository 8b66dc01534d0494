import { App as AntApp, ConfigProvider } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import dayjs from 'dayjs'
import 'dayjs/locale/zh-cn'
import { useEffect, useState } from 'react'
import { createBrowserRouter, Navigate, RouterProvider, type RouteObject } from 'react-router'
import { useLanguage } from '../kernel/i18n'
import { asProblem, type Problem } from '../kernel/problem'
import { findSession, useSession } from '../kernel/session'
import { BrokenPage } from './BrokenPage'
import { LogInPage } from './LogInPage'
import { pageNonce } from './nonce'
import { NotFoundPage } from './NotFoundPage'
import { Loading } from './parts/Loading'
import { ProblemNote } from './parts/ProblemNote'
import { RolesOnly } from './RolesOnly'
import { routes } from './routes'
import { Shell } from './Shell'
import { theme } from './theme'

const nonce = pageNonce()

function toRoute({ path, load, roles }: (typeof routes)[number]): RouteObject {
  return {
    path,
    lazy: async () => {
      const { default: Page } = await load()
      return { element: <RolesOnly roles={roles}><Page /></RolesOnly> }
    },
  }
}

const router = createBrowserRouter([
  {
    path: '/',
    element: <Shell />,
    errorElement: <BrokenPage />,
    hydrateFallbackElement: <Loading />,
    children: [
      { index: true, element: <Navigate to="/home" replace /> },
      { errorElement: <BrokenPage />, children: [...routes.map(toRoute), { path: '*', element: <NotFoundPage /> }] },
    ],
  },
])

/** The whole desk: language, theme, who is here, and then the page of the address. */
export function Desk() {
  const language = useLanguage()
  dayjs.locale(language === 'zh' ? 'zh-cn' : 'en')
  return (
    <ConfigProvider
      key={language}
      csp={nonce ? { nonce } : {}}
      locale={language === 'zh' ? zhCN : enUS}
      theme={theme}
      button={{ autoInsertSpace: false }}
    >
      <AntApp message={{ duration: 5, maxCount: 3 }} notification={{ placement: 'bottomRight' }}>
        <Door />
      </AntApp>
    </ConfigProvider>
  )
}

/** Nobody gets past it unrecognised; the address stays, so that one comes back to the page one was on. */
function Door() {
  const session = useSession()
  const [problem, setProblem] = useState<Problem | null>(null)
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    findSession().catch((failed: unknown) => { setProblem(asProblem(failed)) })
  }, [turn])
  if (session.state === 'guest') return <LogInPage expired={session.expired} />
  if (session.state === 'known') return <RouterProvider router={router} />
  if (!problem) return <Loading />
  const again = () => {
    setProblem(null)
    setTurn((n) => n + 1)
  }
  return <main className="centre"><ProblemNote problem={problem} onRetry={again} /></main>
}
