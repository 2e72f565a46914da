/** Takes secrets out of text. */
export type Redact = (text: string) => string

const mask = '*****'
/** Below this length a piece of base64 says too little to be told from other text. */
const shortestPiece = 6

/**
 * Hides secrets wherever they stand in a text, as they are or as programs write them: in JSON, in a URL or form, in base64
 * (also in the middle of something that was encoded as a whole, as in `Authorization: Basic`).
 */
export function redactor(secrets: Iterable<string>): Redact {
  const forms = new Set([...secrets].filter(secret => secret !== '').flatMap(formsOf))
  if (forms.size === 0) return text => text
  // the longest first, so that a secret that contains another one is hidden as a whole
  const ordered = [...forms].sort((a, b) => b.length - a.length)
  const pattern = new RegExp(ordered.map(form => form.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'g')
  return text => text.replace(pattern, mask)
}

/** {@link redactor} for secrets that become known one after the other: every text loses those that are known by then. */
export function growingRedactor(secrets: ReadonlySet<string>): Redact {
  let size = 0
  let redact: Redact = text => text
  return text => {
    if (secrets.size !== size) {
      size = secrets.size
      redact = redactor(secrets)
    }
    return redact(text)
  }
}

/** {@link redactor} for every text in a JSON value; keys are left as they are. */
export function redactDeep<T>(value: T, redact: Redact): T {
  if (typeof value === 'string') return redact(value) as T
  if (Array.isArray(value)) return value.map(each => redactDeep(each, redact)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, redactDeep(each, redact)])) as T
}

function formsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1)
  // Go escapes these in JSON, JavaScript does not
  const goJson = json.replace(/[<>&]/g, letter => `\\u00${letter.charCodeAt(0).toString(16)}`)
  const url = encodeURIComponent(toWellFormed(secret))
  // Go's url.QueryEscape, which is also how forms are written
  const form = url.replace(/[!'()*]/g, letter => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)
  const escaped = [url, form, form.replaceAll('%20', '+')].flatMap(text => [text, lowerEscapes(text)])
  return [secret, secret.trim(), json, goJson, ...escaped, ...base64Forms(secret)].filter(text => text !== '')
}

const lowerEscapes = (text: string) => text.replace(/%[0-9A-F]{2}/g, code => code.toLowerCase())

// a lone surrogate makes encodeURIComponent throw
const toWellFormed = (text: string) => text.replace(/\p{Surrogate}/gu, '\ufffd')

/** The whole, and what is the same of it whatever stands before and after, for each of the three alignments. */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8')
  const whole = bytes.toString('base64')
  const pieces = [0, 1, 2].map(offset => {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
    // the letters whose six bits all belong to the secret
    return shifted.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6))
  })
  const texts = [whole, whole.replace(/=+$/, ''), ...pieces].filter(
    (text, index) => index === 0 || text.length >= shortestPiece,
  )
  return texts.flatMap(text => [text, text.replaceAll('+', '-').replaceAll('/', '_')])
}
