import { describe, expect, it } from 'vitest'
import { type FakeTerminal, fakeContext } from '../fakes/context.ts'
import { runCommand } from '../fakes/run-command.ts'
import { temporaryFolder } from '../fakes/temporary-folder.ts'

function evaluate(
  words: readonly string[],
  more: { tty?: FakeTerminal; stdin?: string; workingDirectory?: string } = {},
) {
  return runCommand(['analysis', 'eval', ...words], fakeContext(more))
}

describe('analysis eval', () => {
  it.each([
    {
      expression: 'result[0] >= 0.95',
      result: '[0.98]',
      prints: 'true\nas successCondition: Successful\nas failureCondition: Failed\n',
    },
    {
      expression: 'result[0] >= 0.95',
      result: '[0.5]',
      prints: 'false\nas successCondition: Failed\nas failureCondition: Successful\n',
    },
    {
      expression: 'isNaN(result[0])',
      result: '[NaN]',
      prints: 'true\nas successCondition: Successful\nas failureCondition: Failed\n',
    },
    {
      expression: 'result * 2',
      result: '0.5',
      prints: '1 (float64)\nas a condition: Error (expected bool, but got float64)\n',
    },
    {
      expression: 'result',
      result: '{"b":[1,"x"],"a":null}',
      prints: /^\{"a": null, "b": \[1, "x"\]\} \(map\[string\]interface \{\}\)\n/,
    },
    { expression: 'result.a', result: '{"a":1e400}', prints: undefined },
  ])('$expression of $result', async ({ expression, result, prints }) => {
    const { stdout, exitCode } = await evaluate([expression, '--result', result])
    if (prints === undefined) expect(exitCode).toBe(2)
    else if (typeof prints === 'string') expect(stdout).toBe(prints)
    else expect(stdout).toMatch(prints)
  })

  it.each([
    { type: 'vector', result: '[1]', is: '[]float64' },
    { type: 'scalar', result: '1', is: 'float64' },
    { type: 'json', result: '[1]', is: '[]interface {}' },
    { type: undefined, result: '[1]', is: '[]float64' },
    { type: undefined, result: '["a"]', is: '[]interface {}' },
    { type: undefined, result: 'null', is: '<nil>' },
  ])('takes $result with --type $type for $is', async ({ type, result, is }) => {
    const flags = type === undefined ? [] : ['--type', type]
    const { stdout } = await evaluate(['1 == 1', '--result', result, ...flags, '-o', 'json'])
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'Evaluation', resultType: is, value: 'true', valueType: 'bool' })
  })

  it('speaks both dialects', async () => {
    const words = ['result[3] > 1', '--result', '[1]']
    const old = await evaluate([...words, '-o', 'json'])
    const recent = await evaluate([...words, '-o', 'json', '--controller-version', '1.10'])
    expect(JSON.parse(old.stdout).asSuccessCondition.message).toBe('reflect: slice index out of range')
    expect(JSON.parse(recent.stdout).asSuccessCondition.message).toMatch(
      /^could not evaluate successCondition "result\[3\] > 1": /,
    )
  })

  it.each([
    { words: ['result >= 0.95', '--result', '[1]'], exitCode: 2, name: 'compile-error' },
    { words: ['result[0] > 1 &&\n\tresult[1] > 2', '--result', '[5]'], exitCode: 3, name: 'runtime-error' },
    { words: ['"größe" == resu', '--result', '[1]'], exitCode: 2, name: 'wide-letters' },
  ])('marks the place of an error: $name', async ({ words, exitCode, name }) => {
    const result = await evaluate(words)
    await expect(result.stderr).toMatchFileSnapshot(`../golden/analysis-eval/${name}.txt`)
    expect([result.exitCode, result.stdout]).toEqual([exitCode, ''])
  })

  it.each([
    { words: ['result > 1', '--result', '2'], exitCode: 0 },
    { words: ['result > 1', '--result', '0'], exitCode: 3 },
    { words: ['result > 1', '--result', '0', '--failure-condition', 'result < 0'], exitCode: 4 },
    { words: ['result > 1', '--result', '-1', '--failure-condition', 'result < 0'], exitCode: 3 },
  ])('answers with $exitCode for $words', async ({ words, exitCode }) => {
    expect((await evaluate([...words, '--exit-status'])).exitCode).toBe(exitCode)
    expect((await evaluate(words)).exitCode).toBe(0)
  })

  it('reads the result from a file or from standard input', async () => {
    const folder = temporaryFolder({ 'answer.json': '{"ok":true}' })
    const file = await evaluate(['result.ok', '--result-file', 'answer.json'], { workingDirectory: folder.path })
    folder.remove()
    const stdin = await evaluate(['result.ok', '--result', '-'], { stdin: '{"ok":true}' })
    expect([file.stdout.split('\n')[0], stdin.stdout.split('\n')[0]]).toEqual(['true', 'true'])
  })

  it('paints phases on a terminal', async () => {
    const { stdout } = await evaluate(['result > 1', '--result', '2'], { tty: { color: true } })
    expect(stdout).toContain('\x1b[32mSuccessful\x1b[39m')
  })

  it.each([
    { words: [], says: /no expression is given/ },
    { words: ['a', 'b', '--result', '1'], says: /more than one expression/ },
    { words: ['result'], says: /no result given/ },
    { words: ['result', '--result', '1', '--result-file', 'x'], says: /the result is given twice/ },
    { words: ['result', '--result-file', 'nowhere'], says: /nowhere: there is no such file/ },
    { words: ['result', '--result', 'hello'], says: /the result is no JSON/ },
    { words: ['result', '--result', '[1]', '--type', 'scalar'], says: /the result is no scalar/ },
    { words: ['result', '--result', '1', '--type', 'matrix'], says: /invalid --type "matrix"/ },
    { words: ['result', '--result', '1', '--controller-version', 'x'], says: /invalid --controller-version "x"/ },
    { words: ['result', '--result', '1', '-o', 'name'], says: /"name"/ },
  ])('refuses $words', async ({ words, says }) => {
    const result = await evaluate(words)
    expect(result.stderr).toMatch(says)
    expect([result.exitCode, result.stdout]).toEqual([2, ''])
  })
})
