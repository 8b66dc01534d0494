import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { addWords, language, setLanguage } from '../kernel/i18n'
import { Desk } from './Desk'
import { roomWords } from './routes'
import './desk.css'

roomWords.forEach(addWords)
setLanguage(language())
const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Desk />
    </StrictMode>,
  )
}
