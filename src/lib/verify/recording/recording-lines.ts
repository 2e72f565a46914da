import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { PassThrough, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { Context } from '../../context/context.ts'
import { usage } from '../../values/failure.ts'

/**
 * The lines of a recording, unpacked where it is gzip; `-` is standard input.
 *
 * @throws Failure `usage` for a file that cannot be read
 */
export async function* recordingLines(
  path: string,
  { stdin, workingDirectory }: Pick<Context, 'stdin' | 'workingDirectory'>,
): AsyncGenerator<string, void, undefined> {
  const source =
    path === '-' ? Readable.from([await stdin.readBytes()]) : createReadStream(resolve(workingDirectory, path))
  try {
    const unpacked = await withoutGzip(source)
    yield* createInterface({ input: unpacked, crlfDelay: Number.POSITIVE_INFINITY })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a directory' : message
    throw usage(`${path}: ${why}`, { reason: 'InvalidFile' })
  } finally {
    source.destroy()
  }
}

/** Looks at the first two bytes. */
async function withoutGzip(source: Readable): Promise<Readable> {
  const first = await new Promise<Buffer | null>((found, failed) => {
    source.once('error', failed)
    source.once('readable', () => found(source.read() as Buffer | null))
  })
  const target = first?.[0] === 0x1f && first[1] === 0x8b ? createGunzip() : new PassThrough()
  if (first === null) {
    target.end()
    return target
  }
  target.write(first)
  source.on('error', error => target.destroy(error))
  return source.pipe(target)
}
