/**
 * Splits a stream of bytes into lines without their line ends (LF or CRLF). Splitting happens on bytes, so that a
 * character cut by a chunk boundary is whole again; a last line without an end is given too.
 */
export async function* readLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<string, void, undefined> {
  let rest: Buffer[] = []
  for await (const chunk of chunks) {
    let from = 0
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      rest.push(chunk.subarray(from, at))
      from = at + 1
      yield lineOf(rest)
      rest = []
    }
    if (from < chunk.length) rest.push(chunk.subarray(from))
  }
  if (rest.length > 0) yield lineOf(rest)
}

function lineOf(parts: Buffer[]): string {
  const line = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)
  return line.toString('utf8', 0, line.at(-1) === 13 ? line.length - 1 : line.length)
}
