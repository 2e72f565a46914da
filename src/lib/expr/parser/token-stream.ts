import type { Node } from '../ast/node.ts'
import { childrenOf } from '../ast/walk.ts'
import type { Dialect } from '../dialect.ts'
import { Lexer } from '../lexer/lexer.ts'
import { isToken, type Token, type TokenKind, tokenText } from '../lexer/token.ts'
import { type Location, Problem } from '../problem.ts'

const maxNodes = 10_000
/** Upstream's stack grows without limit, ours does not: deeper expressions are refused. */
const maxDepth = 500

type Unplaced<T> = T extends Node ? Omit<T, 'at'> : never

/** The parser's view of the source: one token ahead, and the making of nodes within the limits. */
export class TokenStream {
  readonly dialect: Dialect
  current: Token
  private readonly nextToken: () => Token | undefined
  private stashed: Token | undefined
  private nodes = 0
  private nesting = 0
  private readonly depths = new WeakMap<Node, number>()

  constructor(source: string, dialect: Dialect) {
    this.dialect = dialect
    const lexer = new Lexer(source, dialect)
    // 1.15 cuts the whole source before it parses, so an error of the lexer comes first.
    const all = dialect === '1.15' ? [...tokensOf(lexer)].values() : undefined
    this.nextToken = all ? () => all.next().value : () => lexer.next()
    this.current = this.nextToken() as Token
  }

  next(): void {
    if (this.stashed) {
      this.current = this.stashed
      this.stashed = undefined
      return
    }
    const token = this.nextToken()
    if (!token) throw this.problem('unexpected end of expression')
    this.current = token
  }

  /** Goes back by one token. */
  backUp(previous: Token): void {
    this.stashed = this.current
    this.current = previous
  }

  is(kind: TokenKind, value?: string): boolean {
    return isToken(this.current, kind, value)
  }

  expect(kind: TokenKind, value?: string): void {
    if (!this.is(kind, value)) throw this.unexpected()
    this.next()
  }

  problem(message: string, at = this.current.at): Problem {
    return new Problem(message, at)
  }

  unexpected(token = this.current): Problem {
    return this.problem(`unexpected token ${tokenText(token)}`, token.at)
  }

  /** Runs a rule one level deeper. */
  nested<T>(rule: () => T): T {
    if (++this.nesting > maxDepth) throw this.tooDeep()
    const result = rule()
    this.nesting--
    return result
  }

  node<T extends Node>(fields: Unplaced<T>, at: Location): T {
    if (this.dialect === '1.17' && ++this.nodes > maxNodes)
      throw this.problem('compilation failed: expression exceeds maximum allowed nodes')
    const node = { ...fields, at } as unknown as T
    const depth = 1 + Math.max(0, ...childrenOf(node).map(child => this.depths.get(child) ?? 0))
    if (depth > maxDepth) throw this.tooDeep()
    this.depths.set(node, depth)
    return node
  }

  private tooDeep(): Problem {
    return this.problem(`expression is nested too deeply (at most ${maxDepth} levels)`)
  }
}

function* tokensOf(lexer: Lexer): Generator<Token> {
  for (let token = lexer.next(); token; token = lexer.next()) yield token
}
