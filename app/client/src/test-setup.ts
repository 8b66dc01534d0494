import '@testing-library/jest-dom/vitest'
import { cleanup } from '@testing-library/react'
import { afterEach } from 'vitest'

afterEach(cleanup)

// jsdom has no screen; antd asks how wide it is. Some tests run without a window at all.
if (typeof window !== 'undefined') window.matchMedia ??= () => ({ matches: false, addListener: () => undefined, removeListener: () => undefined }) as unknown as MediaQueryList
