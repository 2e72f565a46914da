/**
 * The part of JSON Schema 2020-12 that our file formats use. A format's schema is written once as such a value: files
 * are checked against it, `config schema` prints it, and schemas/ ships it for editors.
 */
export interface JsonSchema {
  $schema?: string
  $id?: string
  title?: string
  description?: string
  type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean'
  const?: string
  enum?: readonly string[]
  pattern?: string
  examples?: readonly unknown[]
  default?: unknown
  minimum?: number
  maximum?: number
  properties?: Readonly<Record<string, JsonSchema>>
  required?: readonly string[]
  /** false: no other fields; a schema: of every other field, whose name is the user's */
  additionalProperties?: false | JsonSchema
  items?: JsonSchema
}

export const draft = 'https://json-schema.org/draft/2020-12/schema'
