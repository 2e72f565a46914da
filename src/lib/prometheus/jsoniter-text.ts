/**
 * What json-iterator/go, which client_golang reads answers with, says of a text: the operation, its complaint, and the
 * bytes around the place (iter.go ReportError).
 *
 * @param head how many bytes were read
 */
export function jsoniterText(operation: string, complaint: string, text: string, head: number): string {
  const bytes = Buffer.from(text, 'utf8')
  const around = (distance: number) => bytes.subarray(Math.max(0, head - distance), head + distance).toString('utf8')
  const seen = head - Math.max(0, head - 10)
  return `${operation}: ${complaint}, error found in #${seen} byte of ...|${around(10)}|..., bigger context ...|${around(50)}|...`
}

/** What it says of an answer that is no object at all, such as HTML or nothing. */
export function notAnObject(text: string): string {
  const start = /[^ \t\r\n]/.exec(text)?.index ?? text.length
  const letter = text.codePointAt(start)
  // it complains of one byte, and a zero stands for the end
  const found =
    letter === undefined ? '\0' : String.fromCharCode(Buffer.from(text.slice(start, start + 2), 'utf8')[0] ?? 0)
  const head = Buffer.byteLength(text.slice(0, start)) + (letter === undefined ? 0 : 1)
  return jsoniterText('readObjectStart', `expect { or n, but found ${found}`, text, head)
}

/** What it says when there is nothing to read. */
export const nothingToRead = jsoniterText('Skip', 'do not know how to skip: 0', '', 0)
