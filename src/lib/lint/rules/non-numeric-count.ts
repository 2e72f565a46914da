import type { Rule } from '../rule.ts'

const fields = [
  'count',
  'failureLimit',
  'inconclusiveLimit',
  'consecutiveErrorLimit',
  'consecutiveSuccessLimit',
] as const

export const nonNumericCount: Rule = {
  id: 'CA016',
  name: 'non-numeric-count',
  severity: 'error',
  title: 'A count or limit that is no number, and so counts as 0',
  explanation:
    'The CRD takes a text for counts and limits, so that an argument can stand there. A text that is no whole number becomes 0 without a word: failureLimit: "5%" is failureLimit: 0.',
  hint: 'write a whole number',
  example: { wrong: 'failureLimit: "10%"', right: 'failureLimit: 2' },
  check({ specs }, report) {
    for (const { document, metrics } of specs)
      for (const { path, metric } of metrics)
        for (const field of fields) {
          const value = metric[field]
          if (typeof value !== 'string' || value.includes('{{') || /^[+-]?\d+$/.test(value)) continue
          report(
            { document, path: [...path, field] },
            `${field} ${JSON.stringify(value)} is no whole number and counts as 0`,
          )
        }
  },
}
