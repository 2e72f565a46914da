import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { growingRedactor, redactDeep, redactor } from '../../../src/lib/values/redact.ts'

const secret = 'p@ss "w<rd/é+1'
const redact = redactor([secret])

describe('a secret', () => {
  it.each([
    { form: 'as it is', text: secret },
    { form: 'in JSON', text: JSON.stringify(secret).slice(1, -1) },
    { form: 'in Go’s JSON', text: JSON.stringify(secret).slice(1, -1).replaceAll('<', '\\u003c') },
    { form: 'in a URL', text: encodeURIComponent(secret) },
    {
      form: 'in a URL with small hex digits',
      text: encodeURIComponent(secret).replace(/%../g, hex => hex.toLowerCase()),
    },
    { form: 'in a form', text: encodeURIComponent(secret).replaceAll('%20', '+') },
    { form: 'in base64', text: Buffer.from(secret).toString('base64') },
    { form: 'in base64url', text: Buffer.from(secret).toString('base64url') },
  ])('$form', ({ text }) => {
    expect(redact(`before ${text} after`)).toBe('before ***** after')
  })

  it.each(['a', 'ab', 'abc', 'user:'])('behind %s in base64', before => {
    const text = Buffer.from(`${before}${secret} and more`).toString('base64')
    const shown = redact(text)
    expect(shown).toContain('*****')
    expect(Buffer.from(shown.replace('*****', ''), 'base64').toString('utf8')).not.toContain('w<rd')
  })

  it('is hidden as a whole when another one is part of it', () => {
    expect(redactor(['key', 'key-of-the-house'])('the key-of-the-house')).toBe('the *****')
  })

  it('that is empty hides nothing', () => {
    expect(redactor([''])('a text')).toBe('a text')
  })

  it('is hidden in every text of a value, and the rest is as it was', () => {
    const value = { a: [`x${secret}`, 1, null], b: { c: secret, d: true } }
    expect(redactDeep(value, redact)).toEqual({ a: ['x*****', 1, null], b: { c: '*****', d: true } })
  })

  it('is hidden from the moment that it is known', () => {
    const known = new Set<string>()
    const grow = growingRedactor(known)
    expect(grow('token')).toBe('token')
    known.add('token')
    expect(grow('token')).toBe('*****')
  })

  it('never survives, whatever stands around it', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), fc.string(), fc.string(), (value, before, after) => {
        fc.pre(!'*****'.includes(value))
        const shown = redactor([value])(before + JSON.stringify({ value }) + after)
        // what is around it may hold the secret only across the mask
        expect(shown.split('*****').some(part => part.includes(value))).toBe(false)
      }),
    )
  })
})
