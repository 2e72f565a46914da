import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { lint } from '../../../src/lib/lint/lint.ts'
import { filesOf, fixtures, linesOf, options } from './checked.ts'

const good = filesOf(`${fixtures}/good`)

describe('good templates', () => {
  it('are at least 40, of all providers', () => {
    const text = good.map(each => each.text).join('\n')
    expect(good.length).toBeGreaterThanOrEqual(40)
    for (const provider of [
      'prometheus',
      'web',
      'job',
      'datadog',
      'newRelic',
      'cloudWatch',
      'graphite',
      'influxdb',
      'skywalking',
      'wavefront',
      'kayenta',
      'plugin',
    ])
      expect(text).toMatch(new RegExp(`\\b${provider}:`))
  })

  it.each(good.map(file => [file.name, file] as const))('%s has no finding, with either controller', (_name, file) => {
    for (const version of ['1.9', '1.10'] as const)
      expect(linesOf(lint({ files: [file] }, { ...options, version }).findings)).toBe('')
  })

  it('have none when they are checked all together', () => {
    expect(linesOf(lint({ files: good }, options).findings)).toBe('')
  })
})

/** The same findings for the original and for the copy in the repository. */
describe.each(['../shared/seed-examples', 'examples/loans-api'])('the example in %s', folder => {
  it.skipIf(!existsSync(folder))('has the findings that are true of it', async () => {
    await expect(linesOf(lint({ files: filesOf(folder) }, options).findings)).toMatchFileSnapshot(
      '../../golden/lint/example.txt',
    )
  })
})
