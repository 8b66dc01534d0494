import { useEffect } from 'react'

/** The browser's tab says which page this is. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · 暖心` : '暖心'
  }, [title])
}
