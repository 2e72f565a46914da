import type { Nature } from '../check/nature.ts'
import type { Value } from '../go/values.ts'
import type { Location } from '../problem.ts'

interface Base {
  at: Location
  /** What the checker found out about the value; undefined on nodes that it has not seen. */
  nature?: Nature
}

export interface NilNode extends Base {
  kind: 'nil'
}
export interface IdentifierNode extends Base {
  kind: 'identifier'
  name: string
}
export interface IntegerNode extends Base {
  kind: 'integer'
  value: bigint
}
export interface FloatNode extends Base {
  kind: 'float'
  value: number
}
export interface BoolNode extends Base {
  kind: 'bool'
  value: boolean
}
export interface StringNode extends Base {
  kind: 'string'
  value: string
}
export interface BytesNode extends Base {
  kind: 'bytes'
  value: string
}
/** A value known before evaluation; made by the optimizer only. */
export interface ConstantNode extends Base {
  kind: 'constant'
  value: Value
}
export interface UnaryNode extends Base {
  kind: 'unary'
  operator: string
  operand: Node
}
export interface BinaryNode extends Base {
  kind: 'binary'
  operator: string
  left: Node
  right: Node
}
/** Everything that `?.` leaves at once when it meets nil. */
export interface ChainNode extends Base {
  kind: 'chain'
  inner: Node
}
export interface MemberNode extends Base {
  kind: 'member'
  base: Node
  property: Node
  optional: boolean
  isCalled: boolean
}
export interface SliceNode extends Base {
  kind: 'slice'
  base: Node
  from: Node | undefined
  to: Node | undefined
}
export interface CallNode extends Base {
  kind: 'call'
  callee: Node
  args: Node[]
}
export interface BuiltinNode extends Base {
  kind: 'builtin'
  name: string
  args: Node[]
  /** find, findLast: fail where nothing is found. Set by the optimizer. */
  throws?: boolean
  /** filter, find, findLast: what becomes of the elements. Set by the optimizer. */
  mapped?: Node
  /** count: enough is enough. Set by the optimizer. */
  threshold?: bigint
}
export interface PredicateNode extends Base {
  kind: 'predicate'
  body: Node
}
/** `#`, `#index`, `#acc` */
export interface PointerNode extends Base {
  kind: 'pointer'
  name: string
}
export interface ConditionalNode extends Base {
  kind: 'conditional'
  /** `a ? b : c`, else `if a {b} else {c}` */
  ternary: boolean
  test: Node
  yes: Node
  no: Node
}
export interface VariableNode extends Base {
  kind: 'variable'
  name: string
  value: Node
  body: Node
}
export interface SequenceNode extends Base {
  kind: 'sequence'
  nodes: Node[]
}
export interface ArrayNode extends Base {
  kind: 'array'
  nodes: Node[]
}
export interface MapNode extends Base {
  kind: 'map'
  pairs: PairNode[]
}
export interface PairNode extends Base {
  kind: 'pair'
  key: Node
  value: Node
}

export type Node =
  | NilNode
  | IdentifierNode
  | IntegerNode
  | FloatNode
  | BoolNode
  | StringNode
  | BytesNode
  | ConstantNode
  | UnaryNode
  | BinaryNode
  | ChainNode
  | MemberNode
  | SliceNode
  | CallNode
  | BuiltinNode
  | PredicateNode
  | PointerNode
  | ConditionalNode
  | VariableNode
  | SequenceNode
  | ArrayNode
  | MapNode
  | PairNode
