/**
 * The part of JSON Schema 2020-12 that our file formats use. A format's schema is written once as such a value: files
 * are checked against it, `config schema` prints it, and schemas/ ships it for editors.
 */
export interface JsonSchema {
  $schema?: string
  $id?: string
  title?: string
  description?: string
  /** a list: any of them */
  type?: JsonType | readonly JsonType[]
  const?: string
  enum?: readonly string[]
  pattern?: string
  examples?: readonly unknown[]
  default?: unknown
  minimum?: number
  maximum?: number
  properties?: Readonly<Record<string, JsonSchema>>
  required?: readonly string[]
  /** at least one of these has to hold */
  anyOf?: readonly { required: readonly string[] }[]
  /** false: no other fields; a schema: of every other field, whose name is the user's */
  additionalProperties?: false | JsonSchema
  items?: JsonSchema
}

export type JsonType = 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null'

export const draft = 'https://json-schema.org/draft/2020-12/schema'
