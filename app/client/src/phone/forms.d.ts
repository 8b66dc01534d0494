declare module 'virtual:phone-forms' {
  interface Check {
    (data: unknown): boolean
    errors?: { instancePath: string; keyword: string; params: Record<string, unknown>; message?: string }[] | null
  }
  export interface Question {
    schema: Record<string, unknown>
    check: Check
  }
  /** Version (SHA-256 of the form's file) -> property, or `whole` -> schema and its compiled check. */
  export const forms: Record<string, Record<string, Question>>
}
