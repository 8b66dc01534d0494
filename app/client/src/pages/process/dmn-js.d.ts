declare module 'dmn-js/lib/Viewer' {
  export interface View { id: string; name: string; type: string; element: { id: string } }
  export default class Viewer {
    constructor(options: { container: HTMLElement })
    importXML(xml: string, options?: { open: boolean }): Promise<unknown>
    getViews(): View[]
    open(view: View): Promise<unknown>
    destroy(): void
  }
}
