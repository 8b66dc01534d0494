import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { addWords, language } from '../kernel/i18n'
import { App } from './App'
import { words } from './en'
import { phone } from './state'
import { keepPage } from './worker'
import './phone.css'

addWords(words)
document.documentElement.lang = language() === 'en' ? 'en' : 'zh-CN'
const root = document.getElementById('root')
if (root) createRoot(root).render(<StrictMode><App /></StrictMode>)
void phone.start()
void keepPage()
