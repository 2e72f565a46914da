import type { FloatLiteral } from './go-values.ts'

/**
 * kubectl's JSONPath: the dialect of client-go util/jsonpath, which is no other dialect. A template is text with actions
 * in braces; an action is a list of nodes that each turn the values so far into the next ones.
 */
export type JsonPathNode =
  | { kind: 'text'; text: string }
  | { kind: 'field'; name: string }
  | { kind: 'slice'; slice: Slice }
  | { kind: 'filter'; left: JsonPathNode[]; operator: string; right: JsonPathNode[] }
  | { kind: 'literal'; value: number | boolean | FloatLiteral }
  | { kind: 'wildcard' }
  | { kind: 'recursive' }
  | { kind: 'union'; branches: JsonPathNode[][] }
  | { kind: 'identifier'; name: string }
  | { kind: 'action'; nodes: JsonPathNode[] }

/** `[start:end:step]`; `[2]` has the end 3, which `isDerived` marks so that `[-1]` is the last and not nothing. */
export interface Slice {
  start: number | undefined
  end: number | undefined
  isDerived: boolean
  step: number | undefined
}

export interface JsonPath {
  template: string
  nodes: JsonPathNode[]
}

export interface FindOptions {
  /** a field that no value has is an error unless this is set (kubectl sets it for all its own uses) */
  allowMissingKeys?: boolean
}
