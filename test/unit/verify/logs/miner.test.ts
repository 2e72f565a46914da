import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lineWords } from '../../../../src/lib/verify/logs/line-words.ts'
import { masked } from '../../../../src/lib/verify/logs/masks.ts'
import { LogMiner } from '../../../../src/lib/verify/logs/miner.ts'

const groupsOf = (lines: readonly string[]) => {
  const miner = new LogMiner()
  const templates = lines.map(line => miner.add(line))
  return templates.map(each => each.root.id)
}
const wordsOf = (line: string) => lineWords(masked(line), line).words.join(' ')

describe('what is no part of a template', () => {
  it.each([
    ['took 12 ms', 'took'],
    ['took 3000ms for 12%', 'took for'],
    ['at 2026-01-01T10:00:44.120Z started', 'at started'],
    ['Mon, Jan 5 10:00:01.5 2026 up', 'up'],
    ['Marked 3 nodes', 'Marked nodes'],
    ['Decommissioned 12 nodes', 'Decommissioned nodes'],
    ['get https://shop.example/a?b=c&d=e done', 'get done'],
    ['from fe80::1ff:fe23:4567:890a port 22', 'from port'],
    ['from 10.0.0.1:8080 to db-1.internal:5432', 'from to'],
    ['id 7b6f0a5c-2f7e-4b6a-9f53-0a1b2c3d4e5f gone', 'id gone'],
    ['wrote /var/log/app.log and C:\\Temp\\x.txt', 'wrote and'],
    ['object at 0xdeadbeef freed', 'object at freed'],
    ['commit 9fceb02d pushed', 'commit pushed'],
    ['user jane.doe@example.com left', 'user left'],
    ['\u001b[31mERROR\u001b[0m disk full', 'ERROR disk full'],
    ['retry=true ok', 'retry ok'],
    ['key12=5 set', 'key# set'],
    ['ids 1 a, 2 a, 3 a end', 'ids a end'],
    ['GET /api/users?id=5&q=a took', 'GET took'],
    ['user "Jane van Dyk" left pod \'web one\'', 'user left pod'],
    ['msg="sync failed" now', 'msg sync failed now'],
    ['payment <*> failed', 'payment failed'],
  ])('%s', (line, words) => {
    expect(wordsOf(line)).toBe(words)
  })

  it('keeps class names, states and small words', () => {
    expect(wordsOf('java.io.IOException: Connection reset by peer')).toBe(
      'java.io.IOException Connection reset by peer',
    )
    expect(wordsOf('node is not READY')).toBe('node is not READY')
  })
})

describe('LogMiner', () => {
  it('groups lines that differ in variables alone, however many of them there are', () => {
    expect(groupsOf(['took 12 ms', 'took 3 ms (cached 4)', 'took 12 ms', 'took 9 ms'])).toEqual([0, 1, 0, 0])
  })

  it('finds a word to be a variable by its context, its looks, or the number of its values', () => {
    const users = ['alice', 'bob', 'carol'].map(user => `session opened for user ${user} by root`)
    expect(new Set(groupsOf(users)).size).toBe(1)
    const classes = ['FooBar', 'BazQux', 'LeftRight'].map(name => `registering bean ${name} in context now`)
    expect(new Set(groupsOf(classes)).size).toBe(1)
    const fruit = ['apple', 'pear', 'plum', 'fig', 'kiwi'].map(name => `there was a fresh ${name} in basket`)
    expect(new Set(groupsOf(fruit)).size).toBe(1)
  })

  it('keeps outcomes apart', () => {
    const lines = ['opened', 'closed', 'failed', 'started', 'stopped', 'unknown'].map(
      each => `the connection was ${each}`,
    )
    expect(new Set(groupsOf(lines)).size).toBe(lines.length)
  })

  it('never merges lines whose marks differ', () => {
    const miner = new LogMiner()
    const names = ['A', 'B', 'C', 'D', 'E', 'F', 'G'].map(each => `${each}Exception`)
    const templates = names.map(name => miner.add('ERROR request could not be served', [name]))
    expect(new Set(templates.map(each => each.root.id)).size).toBe(names.length)
    expect(templates[0]?.text).toBe('ERROR request could not be served AException')
  })

  it('tells of merges, and carries counts and the oldest id over', () => {
    const merges: string[] = []
    const miner = new LogMiner({ onMerge: (from, into) => merges.push(`${from.text} -> ${into.text}`) })
    const templates = ['alice', 'bob', 'carol'].map(user => miner.add(`session opened for user ${user} by root`))
    expect(merges).toHaveLength(3)
    const [first] = templates
    expect(first?.root).toMatchObject({ id: 0, count: 3, text: 'session opened for user <*> by root' })
    expect([...miner.templates()]).toEqual([first?.root])
  })

  it('recognises a template by its own text and hash in another run', () => {
    const before = new LogMiner()
    for (const user of ['alice', 'bob', 'carol']) before.add(`session opened for user ${user} by (uid=0)`)
    const [known] = before.templates()
    const now = new LogMiner()
    now.learn(known?.text ?? '')
    const { hash } = now.add('session opened for user mallory by (uid=0)')
    expect(now.add('session opened for user trent by (uid=0)').root.hash).toBe(known?.hash)
    expect(hash).toBe(known?.hash)
  })

  it('shows text of any line in one piece, and hashes of 16 digits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), line => {
        const template = new LogMiner().add(line)
        expect(template.hash).toMatch(/^[0-9a-f]{16}$/)
        expect(template.text).not.toMatch(/[\u0001\u0002\n]/)
        return template.gaps.length === template.words.length + 1
      }),
    )
  })

  it('assigns equal lines to equal templates in any order', () => {
    const words = fc.constantFrom(
      'get',
      'put',
      'user',
      'a',
      'b',
      'c',
      'x=',
      'y=',
      'FooBar',
      '12',
      '10.0.0.1',
      '"q"',
      'OK',
    )
    const line = fc.array(words, { minLength: 1, maxLength: 7 }).map(each => each.join(' '))
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), lines => {
        const miner = new LogMiner()
        const templates = lines.map(each => miner.add(each))
        const byLine = new Map<string, number>()
        for (const [index, each] of lines.entries()) {
          const id = templates[index]?.root.id as number
          if (byLine.has(each)) expect(id).toBe(byLine.get(each))
          byLine.set(each, id)
        }
        const total = [...miner.templates()].reduce((sum, each) => sum + each.count, 0)
        expect(total).toBe(lines.length)
      }),
    )
  })

  it('holds out against random words, long lines and binary ones', () => {
    const miner = new LogMiner({ mostTemplates: 2000 })
    let state = 1
    const letters = () => {
      state = (Math.imul(state, 48271) >>> 0) % 2147483647
      return state.toString(36).replace(/\d/g, 'q')
    }
    for (let line = 0; line < 5000; line++) miner.add(`request ${letters()} was sent to ${letters()} today`)
    expect([...miner.templates()].length).toBeLessThan(100)
    expect(miner.add('x.'.repeat(50_000)).count).toBe(1)
    expect(miner.add('\u0000\u0001\u0002\u001b[').count).toBeGreaterThan(0)
    for (let line = 0; line < 5000; line++) miner.add(`${letters()} ${letters()}`)
    expect([...miner.templates()].length).toBeLessThanOrEqual(2000)
  })
})
