import { safeText } from '../values/safe-text.ts'

/** `[0.9812345678901]` as `0.98123`: numbers as long as they can be told apart, one-element vectors without brackets. */
export function shortValue(value: string): string {
  const only = /^\[([^\],]+)\]$/.exec(value)?.[1] ?? value
  return safeText(only).replace(/-?\d+\.\d{6,}(e[+-]?\d+)?/gi, number => String(Number(Number(number).toPrecision(5))))
}

/** The number that a value is, or begins with in a list; undefined for what is none. */
export function firstNumber(value: string | undefined): number | undefined {
  const [text] = /[+-]?(?:NaN|Inf|\d+\.?\d*(?:e[+-]?\d+)?)/i.exec(value ?? '') ?? []
  if (text === undefined || !/^\s*\[?\s*[+-]?(?:\d|NaN|Inf)/i.test(value ?? '')) return undefined
  return Number(text.replace(/Inf$/i, 'Infinity'))
}
