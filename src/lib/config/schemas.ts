import { analysisTestSchema } from '../analysis-test/analysis-test-schema.ts'
import type { JsonSchema } from '../values/schema/json-schema.ts'
import { configSchema } from './config-schema.ts'

/** Every file format of ours by its kind; `config schema KIND` prints it, schemas/ ships it. */
export const schemas: Readonly<Record<string, { file: string; schema: JsonSchema }>> = {
  AnalysisTest: { file: 'analysis-test.schema.json', schema: analysisTestSchema },
  Config: { file: 'config.schema.json', schema: configSchema },
}
