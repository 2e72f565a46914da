/** What field.Invalid of apimachinery prints: a text in quotes, anything else as it is. */
export const invalid = (field: string, value: unknown, why: string): string =>
  `${field}: Invalid value: ${typeof value === 'string' ? JSON.stringify(value) : goText(value)}: ${why}`

export const required = (field: string, why: string): string => `${field}: Required value: ${why}`

const goText = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value))
