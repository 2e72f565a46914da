import { expect, it } from 'vitest'
import { renderJunit } from '../../../src/lib/report/junit.ts'

it('counts, times and nests what it is given', () => {
  const text = renderJunit('all', [
    {
      name: 'a.yaml',
      cases: [
        { name: 'good', className: 'a.yaml', seconds: 1.5 },
        { name: 'bad', className: 'a.yaml', seconds: 0.25, failure: { message: 'phase', text: 'why\nand how' } },
        { name: 'left', className: 'a.yaml', skipped: 'not asked for', output: 'said' },
      ],
    },
    { name: 'empty', cases: [] },
  ])
  expect(text).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="all" tests="3" failures="1" errors="0" skipped="1" time="1.750">
      <testsuite name="a.yaml" tests="3" failures="1" errors="0" skipped="1" time="1.750">
        <testcase name="good" classname="a.yaml" time="1.500"/>
        <testcase name="bad" classname="a.yaml" time="0.250">
          <failure message="phase">why
    and how</failure>
        </testcase>
        <testcase name="left" classname="a.yaml" time="0.000">
          <skipped message="not asked for"/>
          <system-out>said</system-out>
        </testcase>
      </testsuite>
      <testsuite name="empty" tests="0" failures="0" errors="0" skipped="0" time="0.000">
      </testsuite>
    </testsuites>
    "
  `)
})

it('escapes what XML cannot hold', () => {
  const text = renderJunit('<&>"', [
    {
      name: 'x',
      cases: [
        {
          name: 'tab\tline\nend\u0000\u001b[31m\ud800',
          className: "'",
          failure: { message: 'a"b', text: '</failure>]]>\u0007\r\n' },
        },
      ],
    },
  ])
  expect(text).toContain('name="&lt;&amp;&gt;&quot;"')
  expect(text).toContain('name="tab&#9;line&#10;end\ufffd\ufffd[31m\ufffd"')
  expect(text).toContain('message="a&quot;b">&lt;/failure&gt;]]&gt;\ufffd\n</failure>')
  expect(text).not.toMatch(/[\0-\x08\x0b-\x1f]/)
})
