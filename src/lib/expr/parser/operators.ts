/** Binding strength; a right-associative operator leaves equal ones to its right. */
export const binaryPrecedence: ReadonlyMap<string, number> = new Map([
  ['|', 0],
  ['or', 10],
  ['||', 10],
  ['and', 15],
  ['&&', 15],
  ...['==', '!=', '<', '>', '>=', '<=', 'in', 'matches', 'contains', 'startsWith', 'endsWith'].map(
    operator => [operator, 20] as const,
  ),
  ['..', 25],
  ['+', 30],
  ['-', 30],
  ['*', 60],
  ['/', 60],
  ['%', 60],
  ['**', 100],
  ['^', 100],
  ['??', 500],
])

export const unaryPrecedence: ReadonlyMap<string, number> = new Map([
  ['not', 50],
  ['!', 50],
  ['-', 90],
  ['+', 90],
])

export const isRightAssociative = (operator: string): boolean => operator === '**' || operator === '^'
export const isNegatable = (operator: string): boolean =>
  ['contains', 'matches', 'startsWith', 'endsWith', 'in'].includes(operator)
export const isComparison = (operator: string): boolean => ['<', '>', '>=', '<='].includes(operator)
export const isLogical = (operator: string): boolean => ['and', 'or', '&&', '||'].includes(operator)
