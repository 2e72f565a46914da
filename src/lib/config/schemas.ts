import type { JsonSchema } from '../values/schema/json-schema.ts'
import { configSchema } from './config-schema.ts'

/** Every file format of ours by its kind; `config schema KIND` prints it, schemas/ ships it. */
export const schemas: Readonly<Record<string, { file: string; schema: JsonSchema }>> = {
  Config: { file: 'config.schema.json', schema: configSchema },
}
