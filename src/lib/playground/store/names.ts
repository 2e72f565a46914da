const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

/** `length` characters that spell no word (apimachinery util/rand); `random` is uniform in [0, 1). */
export function randomSuffix(random: () => number, length = 5): string {
  return Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('')
}

/** A version 4 UUID from the given source of chance. */
export function randomUid(random: () => number): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16))
  hex[12] = 4
  hex[16] = 8 + ((hex[16] ?? 0) % 4)
  const text = hex.map(each => each.toString(16)).join('')
  return [8, 4, 4, 4, 12]
    .map((length, index, lengths) => {
      const start = lengths.slice(0, index).reduce((sum, each) => sum + each, 0)
      return text.slice(start, start + length)
    })
    .join('-')
}

/** Maps an unsigned 32 bit number to the safe alphabet digit by digit (apimachinery rand.SafeEncodeString). */
export function safeEncode(text: string): string {
  return [...text].map(each => alphabet[each.charCodeAt(0) % alphabet.length]).join('')
}

/** 32 bit FNV-1a. */
export function fnv32a(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash
}

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

/** Whether this may be the name of an object (RFC 1123 subdomain). */
export function isName(name: string): boolean {
  return name.length <= 253 && subdomain.test(name)
}

/** The API server's sentence for names that are none. */
export const nameRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and " +
  "end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
