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

/** What it says when there is nothing to read. */
export const nothingToRead = jsoniterText('Skip', 'do not know how to skip: 0', '', 0)
