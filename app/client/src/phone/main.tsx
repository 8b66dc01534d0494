import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { addWords } from '../kernel/i18n'
import { App } from './App'
import { words } from './en'
import { phone } from './state'
import { keepPage } from './worker'
import './phone.css'

addWords(words)
const root = document.getElementById('root')
if (root) createRoot(root).render(<StrictMode><App /></StrictMode>)
void phone.start()
void keepPage()
