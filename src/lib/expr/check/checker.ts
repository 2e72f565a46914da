import type {
  ArrayNode,
  ConditionalNode,
  IdentifierNode,
  Node,
  PointerNode,
  SliceNode,
  VariableNode,
} from '../ast/node.ts'
import { builtinNames, isBuiltin } from '../builtins/names.ts'
import type { Dialect } from '../dialect.ts'
import {
  anySlice,
  boolType,
  builtinFuncType,
  byteSlice,
  float64Type,
  intType,
  objectType,
  stringType,
} from '../go/types.ts'
import { Problem } from '../problem.ts'
import { builtinNature } from './builtins.ts'
import { callNature } from './calls.ts'
import { memberNature } from './members.ts'
import {
  arrayOf,
  deref,
  elemOf,
  isArray,
  isAssignableTo,
  isBool,
  isInteger,
  isUnknown,
  kindOf,
  type Nature,
  natureName,
  natureOf,
  nilNature,
  unknown,
} from './nature.ts'
import { binaryNature, unaryNature } from './operators.ts'
import { signaturesOf } from './signatures.ts'

/** The names that an expression may use, with what is known of their values. */
export type EnvironmentTypes = ReadonlyMap<string, Nature>

interface PredicateScope {
  collection: Nature
  pointers: ReadonlyMap<string, Nature>
}

/**
 * An expression may contain a part twice (`a ?: b`, `1 < x < 2`), and such parts one another: what would take more visits
 * than this is refused. Far above what 10,000 nodes need.
 */
const maxVisits = 200_000

/** Finds the nature of every node and what does not fit together (checker/checker.go of the dialect). */
export class Checker {
  readonly dialect: Dialect
  readonly environment: EnvironmentTypes
  private readonly predicates: PredicateScope[] = []
  private readonly variables: { name: string; nature: Nature }[] = []
  private visits = 0

  constructor(environment: EnvironmentTypes, dialect: Dialect) {
    this.environment = environment
    this.dialect = dialect
  }

  /** @throws Problem at the first thing that does not fit */
  visit(node: Node): Nature {
    if (++this.visits > maxVisits) throw new Problem('expression is too large', node.at)
    const nature = this.natureFor(node)
    node.nature = nature
    return nature
  }

  name(nature: Nature): string {
    return natureName(nature, this.dialect)
  }

  private natureFor(node: Node): Nature {
    switch (node.kind) {
      case 'nil':
        return nilNature
      case 'identifier':
        return this.identifier(node)
      case 'integer':
        return natureOf(intType)
      case 'float':
        return natureOf(float64Type)
      case 'bool':
        return natureOf(boolType)
      case 'string':
        return natureOf(stringType)
      case 'bytes':
        return natureOf(byteSlice)
      case 'constant':
        return unknown
      case 'unary':
        return unaryNature(node, deref(this.visit(node.operand)), this.dialect)
      case 'binary': {
        const left = deref(this.visit(node.left))
        const right = deref(this.visit(node.right))
        return binaryNature(node, left, right, this.dialect)
      }
      case 'chain':
        return this.visit(node.inner)
      case 'member':
        return memberNature(this, node)
      case 'slice':
        return this.slice(node)
      case 'call':
        return callNature(this, node)
      case 'builtin':
        return builtinNature(this, node)
      case 'predicate':
        return this.visit(node.body)
      case 'pointer':
        return this.pointer(node)
      case 'variable':
        return this.variable(node)
      case 'sequence': {
        let last: Nature = unknown
        for (const each of node.nodes) last = this.visit(each)
        return last
      }
      case 'conditional':
        return this.conditional(node)
      case 'array':
        return this.array(node)
      case 'map':
        for (const pair of node.pairs) this.visit(pair)
        return natureOf(objectType)
      case 'pair':
        this.visit(node.key)
        this.visit(node.value)
        return nilNature
    }
  }

  private identifier(node: IdentifierNode): Nature {
    const variable = this.variables.findLast(each => each.name === node.name)
    if (variable) return variable.nature
    if (node.name === '$env') return this.dialect === '1.15' ? natureOf(objectType) : unknown
    return this.environmentNature(node, node.name, { strict: true, builtins: true })
  }

  /**
   * What a name of the environment is.
   *
   * @param options.strict whether an unknown name is an error
   * @param options.builtins whether builtins count; 1.15 looks at them always, and first
   */
  environmentNature(node: Node, name: string, options: { strict: boolean; builtins: boolean }): Nature {
    const known = this.environment.get(name)
    const isNamedBuiltin = isBuiltin(name, this.dialect)
    if (this.dialect === '1.15' && isNamedBuiltin) return { type: builtinFuncType, builtin: name }
    if (known) return known
    if (isNamedBuiltin && options.builtins)
      return { type: signaturesOf(name, this.dialect)?.[0] ?? builtinFuncType, builtin: name }
    if (options.strict) throw new Problem(`unknown name ${name}`, node.at)
    return unknown
  }

  private slice(node: SliceNode): Nature {
    const nature = this.visit(node.base)
    if (isUnknown(nature) && this.dialect === '1.17') return unknown
    if (!isUnknown(nature) && !isArray(nature) && kindOf(nature) !== 'string')
      throw new Problem(`cannot slice ${this.name(nature)}`, node.at)
    for (const bound of [node.from, node.to]) {
      if (!bound) continue
      const index = deref(this.visit(bound))
      if (!isInteger(index, this.dialect) && !isUnknown(index))
        throw new Problem(`non-integer slice index ${this.name(index)}`, bound.at)
    }
    return this.withoutElem(nature)
  }

  /** Visits the body of a predicate over a collection. */
  visitPredicate(node: Node, collection: Nature, pointers: readonly (readonly [string, Nature])[] = []): Nature {
    this.predicates.push({ collection, pointers: new Map(pointers) })
    const nature = this.visit(node)
    this.predicates.pop()
    return nature
  }

  private pointer(node: PointerNode): Nature {
    const scope = this.predicates.at(-1)
    const where = this.dialect === '1.17' ? 'predicate' : 'closure'
    if (!scope) throw new Problem(`cannot use pointer accessor outside ${where}`, node.at)
    if (node.name === '') return isUnknown(scope.collection) ? unknown : elemOf(scope.collection, this.dialect)
    const nature = scope.pointers.get(node.name)
    if (!nature) throw new Problem(`unknown pointer #${node.name}`, node.at)
    return nature
  }

  private variable(node: VariableNode): Nature {
    const declared = (what: string) => new Problem(`cannot redeclare ${what}${node.name}`, node.at)
    if (this.environment.has(node.name)) throw declared('')
    if (builtinNames(this.dialect).has(node.name)) throw declared('builtin ')
    if (this.variables.some(each => each.name === node.name)) throw declared('variable ')
    const nature = this.visit(node.value)
    this.variables.push({ name: node.name, nature })
    const body = this.visit(node.body)
    this.variables.pop()
    return body
  }

  private conditional(node: ConditionalNode): Nature {
    const test = deref(this.visit(node.test))
    if (!isBool(test) && !isUnknown(test))
      throw new Problem(`non-bool expression (type ${this.name(test)}) used as condition`, node.test.at)
    const yes = this.withoutElem(this.visit(node.yes))
    const no = this.withoutElem(this.visit(node.no))
    if (yes.isNil) return no
    if (no.isNil) return yes
    if (!isAssignableTo(yes, no, this.dialect)) return unknown
    if (this.dialect === '1.17' && isArray(yes) && isArray(no)) {
      const [a, b] = [elemOf(yes, this.dialect), elemOf(no, this.dialect)]
      if (!isAssignableTo(a, b, this.dialect) || !isAssignableTo(b, a, this.dialect)) return natureOf(anySlice)
    }
    return yes
  }

  private withoutElem(nature: Nature): Nature {
    return this.dialect === '1.15' && nature.type ? natureOf(nature.type) : nature
  }

  private array(node: ArrayNode): Nature {
    const natures = node.nodes.map(each => this.visit(each))
    const last = natures.at(-1)
    const isUniform = natures.every(
      (each, at) => at === 0 || this.arrayKind(each) === this.arrayKind(natures[at - 1] ?? unknown),
    )
    if (this.dialect === '1.17') return isUniform ? arrayOf(last ?? unknown) : natureOf(anySlice)
    return isUniform && last && !natures.some(each => each.isNil) ? arrayOf(last) : natureOf(anySlice)
  }

  /** 1.15 takes unknown for `interface {}`. */
  private arrayKind(nature: Nature): string {
    return kindOf(nature) ?? (this.dialect === '1.15' && !nature.isNil ? 'interface' : 'invalid')
  }
}
