import { Problem } from '../problem.ts'
import { bytesOf, fromBytes } from './strings.ts'

/** base64.StdEncoding.EncodeToString */
export function toBase64(text: string): string {
  let binary = ''
  for (const byte of bytesOf(text)) binary += String.fromCharCode(byte)
  return btoa(binary)
}

/**
 * base64.StdEncoding.DecodeString: padded, line breaks ignored anywhere.
 *
 * @throws Problem naming the byte at which Go gives up
 */
export function fromBase64(text: string): string {
  const bytes = bytesOf(text)
  let data = ''
  let at = 0
  const skipBreaks = () => {
    while (bytes[at] === 10 || bytes[at] === 13) at++
  }
  for (;;) {
    let group = ''
    while (group.length < 4) {
      if (at === bytes.length) {
        if (group === '') return fromBytes(Uint8Array.from(atob(data), letter => letter.charCodeAt(0)))
        throw illegal(at - group.length)
      }
      const letter = String.fromCharCode(bytes[at++] ?? 0)
      if (letter === '\n' || letter === '\r') continue
      if (letter === '=') {
        if (group.length < 2) throw illegal(at - 1)
        if (group.length === 2) {
          skipBreaks()
          if (at === bytes.length) throw illegal(bytes.length)
          if (bytes[at] !== 61) throw illegal(at - 1)
          at++
        }
        skipBreaks()
        if (at < bytes.length) throw illegal(at)
        group = group.padEnd(4, '=')
        break
      }
      if (!/^[A-Za-z0-9+/]$/.test(letter)) throw illegal(at - 1)
      group += letter
    }
    data += group
  }
}

const illegal = (at: number) => new Problem(`illegal base64 data at input byte ${at}`)
