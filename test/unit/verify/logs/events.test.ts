import { describe, expect, it } from 'vitest'
import { isAtLeast, severityOf } from '../../../../src/lib/verify/logs/severity.ts'
import { type LogEvent, TraceJoiner } from '../../../../src/lib/verify/logs/trace-joiner.ts'

describe('severity', () => {
  it.each([
    ['{"level":"error","msg":"x"}', 'error'],
    ['{"msg":"no ERROR here","level":30}', 'info'],
    ['{"severity":"CRITICAL","message":"x"}', 'fatal'],
    ['{"lvl":60}', 'fatal'],
    ['time=now level=warning msg="x failed: ERROR"', 'warning'],
    ['E0102 10:00:01.000001       1 main.go:12] boom', 'error'],
    ['I0102 10:00:01.000001       1 main.go:12] ERROR is a word', 'info'],
    ['2026-01-01 10:00:00 INFO retried after ERROR', 'info'],
    ['2026-01-01 10:00:00 [error] worker died', 'error'],
    ['ERROR payment gateway timeout after 3000 ms', 'error'],
    ['error: no such file', 'error'],
    ['panic: runtime error: index out of range', 'fatal'],
    ['java.lang.IllegalStateException: closed', 'error'],
    ['Traceback (most recent call last):', 'error'],
    ['no errors found', 'info'],
    ['GET /error 200', 'info'],
    ['', 'info'],
  ])('%s', (line, severity) => {
    expect(severityOf(line)).toBe(severity)
  })

  it('is ordered', () => {
    expect(isAtLeast('fatal', 'error')).toBe(true)
    expect(isAtLeast('warning', 'error')).toBe(false)
  })
})

function joined(text: string): LogEvent[] {
  const joiner = new TraceJoiner()
  const events = text.split('\n').map(line => joiner.push(line))
  return [...events, joiner.flush()].filter(each => each !== undefined)
}

describe('traces', () => {
  it.each([
    {
      of: 'java',
      text: 'ERROR payment failed\njava.lang.RuntimeException: x\n\tat com.shop.Pay.charge(Pay.java:12)\n\tat com.shop.Pay.run(Pay.java:3)\nCaused by: java.io.IOException: reset\n\tat com.shop.Net.read(Net.java:9)\n\t... 12 more\nINFO next',
      events: [
        {
          line: 'ERROR payment failed',
          lines: 7,
          marks: ['java.io.IOException', 'com.shop.Net.read'],
          severity: 'error',
        },
        { line: 'INFO next', lines: 1, marks: [], severity: 'info' },
      ],
    },
    {
      of: 'python',
      text: 'Traceback (most recent call last):\n  File "/a.py", line 3, in main\n    run()\n  File "/b.py", line 9, in run\n    x[1]\nIndexError: list index\nnext',
      events: [
        { lines: 6, marks: ['IndexError', 'run'], severity: 'error' },
        { line: 'next', lines: 1 },
      ],
    },
    {
      of: 'go',
      text: 'panic: runtime error: index out of range\n\ngoroutine 1 [running]:\nmain.serve(0xc000)\n\t/src/main.go:12 +0x1d\nexit status 2\nstarted again',
      events: [{ lines: 6, marks: ['main.serve'], severity: 'fatal' }, { line: 'started again' }],
    },
    {
      of: 'node',
      text: 'TypeError: x is not a function\n    at charge (/app/pay.js:1:2)\n    at async run (/app/run.js:3:4)\nok',
      events: [{ lines: 3, marks: ['TypeError', 'charge'], severity: 'error' }, { line: 'ok' }],
    },
    { of: 'plain lines', text: 'one\ntwo\n\nthree', events: [{ line: 'one' }, { line: 'two' }, { line: 'three' }] },
  ])('of $of', ({ text, events }) => {
    expect(joined(text)).toMatchObject(events)
    expect(joined(text)).toHaveLength(events.length)
  })

  it('cuts what does not end', () => {
    const events = joined(`ERROR x\n${'\tat a.b.C(D.java:1)\n'.repeat(1200)}`)
    expect(events.map(each => each.lines)).toEqual([500, 500, 201])
  })
})
