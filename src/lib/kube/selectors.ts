import type { LabelSelector } from '../context/kube-object.ts'
import { usage } from '../values/failure.ts'

export type SelectorOperator = '=' | '!=' | 'in' | 'notin' | 'exists' | '!' | '>' | '<'

export interface Requirement {
  key: string
  operator: SelectorOperator
  values: string[]
}

/**
 * A label selector as `-l` takes it: `app=web,tier!=db,env in (qa,prod),zone notin (a),canary,!legacy,weight>10`.
 *
 * @throws Failure `usage` that shows where it is wrong (apimachinery: pkg/labels/selector.go)
 */
export function parseSelector(text: string): Requirement[] {
  const parser = new SelectorParser(text)
  return parser.parse()
}

/** Whether labels meet a selector: all its requirements, and an empty one always. */
export function matchesSelector(
  labels: Readonly<Record<string, string>> | undefined,
  selector: readonly Requirement[],
): boolean {
  return selector.every(requirement => meets(labels ?? {}, requirement))
}

/** The `spec.selector` of a workload as requirements; one without any selects nothing in most places: ask first. */
export function requirementsOf(selector: LabelSelector): Requirement[] {
  const operators: Record<string, SelectorOperator> = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!' }
  return [
    ...Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({
      key,
      operator: '=' as const,
      values: [value],
    })),
    ...(selector.matchExpressions ?? []).map(({ key, operator, values }) => ({
      key,
      operator: operators[operator] ?? ('in' as const),
      values: values ?? [],
    })),
  ]
}

/** As text for `labelSelector=` and `-l`. */
export function formatSelector(selector: readonly Requirement[]): string {
  return selector
    .map(({ key, operator, values }) => {
      if (operator === 'exists') return key
      if (operator === '!') return `!${key}`
      if (operator === 'in' || operator === 'notin') return `${key} ${operator} (${values.join(',')})`
      return `${key}${operator}${values[0] ?? ''}`
    })
    .join(',')
}

function meets(labels: Readonly<Record<string, string>>, { key, operator, values }: Requirement): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined
  switch (operator) {
    case 'exists':
      return value !== undefined
    case '!':
      return value === undefined
    case '=':
    case 'in':
      return value !== undefined && values.includes(value)
    // an absent label differs from every value
    case '!=':
    case 'notin':
      return value === undefined || !values.includes(value)
    case '>':
    case '<': {
      if (value === undefined || !/^[+-]?\d+$/.test(value)) return false
      const difference = BigInt(value) - BigInt(values[0] ?? 0)
      return operator === '>' ? difference > 0n : difference < 0n
    }
  }
}

const keyPattern = /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/
const valuePattern = /^(?:[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?)?$/
const tokenPattern = /\s*(==|!=|=|!|>|<|,|\(|\)|[^\s=!<>,()]+)/y

class SelectorParser {
  private readonly tokens: { text: string; at: number }[] = []
  private next = 0

  constructor(private readonly text: string) {
    tokenPattern.lastIndex = 0
    for (let match = tokenPattern.exec(text); match; match = tokenPattern.exec(text)) {
      const token = match[1] ?? ''
      this.tokens.push({ text: token, at: match.index + match[0].length - token.length })
    }
  }

  parse(): Requirement[] {
    if (this.text.trim() === '') return []
    const requirements = [this.requirement()]
    while (this.peek() !== undefined) {
      if (this.take() !== ',') throw this.wrong('a comma has to follow', this.next - 1)
      requirements.push(this.requirement())
    }
    return requirements
  }

  private requirement(): Requirement {
    if (this.peek() === '!') {
      this.next += 1
      return { key: this.key(), operator: '!', values: [] }
    }
    const key = this.key()
    const operator = this.peek()
    if (operator === undefined || operator === ',') return { key, operator: 'exists', values: [] }
    this.next += 1
    switch (operator) {
      case '=':
      case '==':
        return { key, operator: '=', values: [this.value()] }
      case '!=':
        return { key, operator: '!=', values: [this.value()] }
      case '>':
      case '<': {
        const value = this.value()
        if (!/^[+-]?\d+$/.test(value)) throw this.wrong(`${operator} compares whole numbers`, this.next - 1)
        return { key, operator, values: [value] }
      }
      case 'in':
      case 'notin':
        return { key, operator, values: this.set() }
      default:
        throw this.wrong('=, !=, in, notin, > or < has to follow the key', this.next - 1)
    }
  }

  private key(): string {
    const key = this.take()
    if (key === undefined || !keyPattern.test(key)) throw this.wrong('a label key is wanted', this.next - 1)
    return key
  }

  /** Empty before a comma and at the end: `app=` selects objects whose label is empty. */
  private value(): string {
    const value = this.peek()
    if (value === undefined || value === ',') return ''
    this.next += 1
    if (!valuePattern.test(value)) throw this.wrong('a label value is wanted', this.next - 1)
    return value
  }

  private set(): string[] {
    if (this.take() !== '(') throw this.wrong('in and notin need their values in parentheses', this.next - 1)
    const values: string[] = []
    for (;;) {
      const token = this.peek()
      values.push(token === ')' ? '' : this.value())
      const end = this.take()
      if (end === ')') return [...new Set(values)]
      if (end !== ',') throw this.wrong('a comma or ) has to follow', this.next - 1)
    }
  }

  private peek(): string | undefined {
    return this.tokens[this.next]?.text
  }

  private take(): string | undefined {
    this.next += 1
    return this.tokens[this.next - 1]?.text
  }

  private wrong(why: string, index: number) {
    const token = this.tokens[index]
    const where = token ? `at ${JSON.stringify(token.text)} (character ${token.at + 1})` : 'at its end'
    return usage(`the selector ${JSON.stringify(this.text)} cannot be read ${where}: ${why}`, {
      reason: 'InvalidSelector',
      hints: ["as in -l app=web,tier!=db,'env in (qa,prod)','!legacy'"],
    })
  }
}
