import type { Context } from '../context/context.ts'
import { usage } from '../values/failure.ts'

/** Where a secret of the command line comes from; its text never stands in a flag, which other users can see. */
export type SecretSource = { kind: 'env'; variable: string } | { kind: 'file'; path: string }

/**
 * `env:VARIABLE` or `file:PATH`.
 *
 * @param flag what it belongs to, for the message: `--provider-secret datadog/api-key`
 * @throws Failure `usage`, which does not repeat the text: it may be a secret
 */
export function parseSecretSource(text: string, flag: string): SecretSource {
  const [, kind, rest = ''] = /^(env|file):(.+)$/s.exec(text) ?? []
  if (kind === 'file') return { kind, path: rest }
  if (kind === 'env' && /^[A-Za-z_][A-Za-z0-9_]*$/.test(rest)) return { kind, variable: rest }
  throw usage(`${flag} needs env:VARIABLE or file:PATH`, {
    reason: 'InvalidFlag',
    hints: [
      'The value is read from there, so that it stands neither in the list of processes nor in the shell’s history',
    ],
  })
}

/**
 * The text of a secret; of a file without the line break at its end.
 *
 * @throws Failure `usage` where the variable is not set or the file cannot be read, or there is nothing in it
 */
export async function readSecretSource(
  source: SecretSource,
  flag: string,
  { env, workingDirectory }: Pick<Context, 'env' | 'workingDirectory'>,
): Promise<string> {
  const fail = (why: string) => usage(`${flag}: ${why}`, { reason: 'UnreadableSecret' })
  if (source.kind === 'env') {
    const value = Object.hasOwn(env, source.variable) ? env[source.variable] : undefined
    if (value === undefined) throw fail(`the environment variable ${source.variable} is not set`)
    if (value === '') throw fail(`the environment variable ${source.variable} is empty`)
    return value
  }
  const [{ readFile }, { resolve }] = await Promise.all([import('node:fs/promises'), import('node:path')])
  let text: string
  try {
    text = await readFile(resolve(workingDirectory, source.path), 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'it may not be read' : String(code)
    throw fail(`${source.path}: ${why}`)
  }
  const value = text.replace(/\r?\n$/, '')
  if (value === '') throw fail(`${source.path} is empty`)
  return value
}
