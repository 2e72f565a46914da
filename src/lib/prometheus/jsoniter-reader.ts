import { jsoniterText } from './jsoniter-text.ts'

/** The input is over, which is an error to some readers and none to others. */
const end = Symbol('end of input')

const code = (letter: string) => letter.charCodeAt(0)
const spaces = new Set([' ', '\n', '\t', '\r'].map(code))

/**
 * Reads a text as json-iterator/go does, as far as its complaints go (iter.go, iter_object.go, iter_array.go,
 * iter_skip.go). It does not stop at an error but goes on, and only the first one counts. Values are not decoded: this is
 * for answers that turned out to be wrong, to say what the controller says about them.
 */
export class JsoniterReader {
  readonly text: string
  private readonly bytes: Buffer
  private at = 0
  private failed: string | typeof end | undefined

  constructor(text: string) {
    this.text = text
    this.bytes = Buffer.from(text, 'utf8')
  }

  /** the first complaint; the end of the input is none by itself */
  get error(): string | undefined {
    return typeof this.failed === 'string' ? this.failed : undefined
  }

  get head(): number {
    return this.at
  }

  slice(from: number): string {
    return this.bytes.subarray(from, this.at).toString('utf8')
  }

  /** Puts what was being read before the complaint, if there is one. */
  within(what: string): void {
    if (typeof this.failed === 'string') this.failed = what + this.failed
  }

  /** @param at how many bytes were read, when those are not all that were by now */
  report(operation: string, complaint: string, at = this.at): void {
    if (typeof this.failed !== 'string') this.failed = jsoniterText(operation, complaint, this.text, at)
  }

  /** The next byte that is no space, as a character; NUL at the end. */
  nextToken(): string {
    for (let i = this.at; i < this.bytes.length; i++) {
      const byte = this.bytes[i] ?? 0
      if (spaces.has(byte)) continue
      this.at = i + 1
      return String.fromCharCode(byte)
    }
    this.endOfInput()
    return '\0'
  }

  unread(): void {
    if (this.failed === undefined) this.at--
  }

  readString(): string {
    const first = this.nextToken()
    if (first === 'n') {
      this.skipWord('ull')
      return ''
    }
    if (first !== '"') {
      this.report('ReadString', `expects " or n, but found ${first}`)
      return ''
    }
    const from = this.at
    for (let i = from; i < this.bytes.length; i++) {
      const byte = this.bytes[i] ?? 0
      if (byte === code('"')) {
        this.at = i + 1
        return this.bytes.subarray(from, i).toString('utf8')
      }
      if (byte === code('\\')) break
      if (byte < 0x20) {
        this.report('ReadString', `invalid control character found: ${byte}`)
        return ''
      }
    }
    return this.readStringSlowly()
  }

  /** One value, whatever it is. */
  skip(): void {
    const first = this.nextToken()
    if (first === '"') {
      if (!this.trySkipString()) {
        this.unread()
        this.readString()
      }
    } else if (first === 'n' || first === 't') this.skipWord(first === 'n' ? 'ull' : 'rue')
    else if (first === 'f') this.skipWord('alse')
    else if (/[-0-9]/.test(first)) this.readNumber()
    else if (first === '[') this.elements(() => this.skip())
    else if (first === '{') this.members(() => this.skip())
    else this.report('Skip', `do not know how to skip: ${code(first)}`)
  }

  /** Reads the members of an object whose `{` was read. */
  private members(each: (name: string) => void): void {
    let token = this.nextToken()
    if (token === '}') return
    if (token !== '"') {
      this.report('ReadObjectCB', `expect " after {, but found ${token}`)
      return
    }
    this.unread()
    do {
      const name = this.readString()
      this.expectColon()
      each(name)
      token = this.nextToken()
    } while (token === ',')
    if (token !== '}') this.report('ReadObjectCB', 'object not ended with }')
  }

  expectColon(): void {
    const token = this.nextToken()
    if (token !== ':') this.report('ReadObject', `expect : after object field, but found ${token}`)
  }

  /** Reads the elements of an array whose `[` was read. */
  private elements(each: () => void): void {
    let token = this.nextToken()
    if (token === ']') return
    this.unread()
    do {
      each()
      token = this.nextToken()
    } while (token === ',')
    if (token !== ']') this.report('ReadArrayCB', `expect ] in the end, but found ${token}`)
  }

  /** A number, or what stands for one, of which the first character was read. */
  private readNumber(): void {
    const from = this.at
    while (/[-+.eE0-9]/.test(String.fromCharCode(this.bytes[this.at] ?? 0))) this.at++
    const isOver = this.at >= this.bytes.length
    if (this.bytes[this.at - 1] === code('.')) {
      if (isOver) this.report('readNumberAsString', 'invalid number')
      else this.report('validateNumber', 'missing digit after dot', from)
    }
    if (isOver) this.endOfInput()
  }

  private skipWord(rest: string): void {
    const word = { ull: 'skipThreeBytes', rue: 'skipThreeBytes', alse: 'skipFourBytes' }[rest] ?? ''
    for (const letter of rest)
      if (this.readByte() !== code(letter)) {
        this.report(word, `expect ${rest}`)
        return
      }
  }

  private trySkipString(): boolean {
    for (let i = this.at; i < this.bytes.length; i++) {
      const byte = this.bytes[i] ?? 0
      if (byte === code('"')) {
        this.at = i + 1
        return true
      }
      if (byte === code('\\')) return false
      if (byte < 0x20) {
        this.report('trySkipString', `invalid control character found: ${byte}`)
        return true
      }
    }
    return false
  }

  private readStringSlowly(): string {
    const from = this.at
    while (this.failed === undefined) {
      const byte = this.readByte()
      if (byte === code('"')) return this.bytes.subarray(from, this.at - 1).toString('utf8')
      if (byte === code('\\') && !'"\\/bfnrtu'.includes(String.fromCharCode(this.readByte())))
        this.report('readEscapedChar', 'invalid escape char after \\')
    }
    this.report('readStringSlowPath', 'unexpected end of input')
    return ''
  }

  private readByte(): number {
    if (this.at < this.bytes.length) return this.bytes[this.at++] ?? 0
    this.endOfInput()
    return 0
  }

  private endOfInput(): void {
    if (this.failed !== undefined) return
    this.at = this.bytes.length
    this.failed = end
  }
}
