import { expect, it } from 'vitest'
import { fakeContext } from '../fakes/context.ts'
import { runCommand } from '../fakes/run-command.ts'

/** The examples are tests that people copy: they pass, for both controllers, and see every condition both ways. */
it.each(['1.9', '1.10'])('examples/analysis pass as %s', async version => {
  const line = `analysis test examples/analysis --coverage --controller-version ${version}`
  const { stdout, stderr, exitCode } = await runCommand(line, fakeContext({ workingDirectory: process.cwd() }))
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
  expect(stdout).not.toContain('never')
})
