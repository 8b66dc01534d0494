declare module 'virtual:forms' {
  import type { RJSFSchema } from '@rjsf/utils'
  import type { ValidatorFunctions } from '@rjsf/validator-ajv8'

  export interface CompiledForm {
    schema: RJSFSchema
    validators: ValidatorFunctions
  }
  const forms: Record<string, () => Promise<CompiledForm>>
  export default forms
}
