import { type Severity, severityOf } from './severity.ts'

/** A log line with the lines that belong to it, as a stack trace does. */
export interface LogEvent {
  /** the first line */
  line: string
  severity: Severity
  /** the exception's class and the frame it came from: no other exception is the same event */
  marks: string[]
  /** as many as were joined */
  lines: number
}

/** A trace that goes on for longer is cut, and the next line begins an event. */
const mostLines = 500

const indented = /^\s+\S/
const continuation =
  /^(?:at |Caused by:|Suppressed:|\.\.\. ?\d* ?(?:more|common)|goroutine \d+ \[|\[signal |created by |exit status )/
const causedBy = /^Caused by:\s*([\w$.]+)/
const exceptionLine =
  /^(?:Exception in thread "[^"]*" )?([A-Za-z_][\w$]*(?:\.[\w$]+)*(?:Exception|Error|Throwable|Interrupt|Exit))(?::|$)/
const pythonStart = /^Traceback \(most recent call last\)/
const goStart = /^(?:panic: |fatal error: |goroutine \d+ \[)/
const goFrame = /^[\w./*()[\]{}-]+\(.*\)$/
const javaFrame = /^\s*at (?:async )?([\w$.<>/]+)/
const pythonFrame = /^\s+File ".*", line \d+, in (\S+)/
const namedException = /(?<![\w.$])([A-Za-z_][\w$]*(?:\.[\w$]+)*(?:Exception|Error|Throwable))\b/

/**
 * Joins the lines of one container's traces: Java, Node, Python and Go. Lines are handed in as they were written; an event
 * is handed out when a line comes that does not belong to it, or on `flush`.
 */
export class TraceJoiner {
  #event: LogEvent | undefined
  #language: 'python' | 'go' | undefined
  #exception: string | undefined
  #frame: string | undefined

  /** @returns the event that this line ends, if any */
  push(line: string): LogEvent | undefined {
    const event = this.#event
    if (event && event.lines < mostLines && this.#belongs(line)) {
      event.lines++
      this.#look(line)
      return undefined
    }
    const ended = this.flush()
    if (line.trim() === '') return ended
    this.#event = { line, severity: severityOf(line), marks: [], lines: 1 }
    this.#exception = exceptionLine.exec(line)?.[1]
    if (pythonStart.test(line)) this.#language = 'python'
    else if (goStart.test(line)) this.#language = 'go'
    return ended
  }

  /** The event that is still open. */
  flush(): LogEvent | undefined {
    const event = this.#event
    if (event && event.lines > 1) {
      const exception = this.#exception ?? namedException.exec(event.line)?.[1]
      event.marks = [exception, this.#frame].filter(each => each !== undefined).map(simplified)
      if (event.severity === 'info' && exception !== undefined) event.severity = 'error'
    }
    this.#event = undefined
    this.#language = undefined
    this.#exception = undefined
    this.#frame = undefined
    return event
  }

  #belongs(line: string): boolean {
    if (indented.test(line) || continuation.test(line)) return true
    if (line.trim() === '') return this.#language === 'go'
    if (this.#language === 'python') return this.#exception === undefined && /^[A-Za-z_][\w.]*(?::|$)/.test(line)
    if (this.#language === 'go') return goFrame.test(line)
    if (pythonStart.test(line)) return this.#event?.lines === 1 && this.#isBad()
    return this.#event?.lines === 1 && this.#isBad() && exceptionLine.test(line)
  }

  /** A logger writes the exception on the line below its message. */
  #isBad(): boolean {
    return this.#exception === undefined && ['warning', 'error', 'fatal'].includes(this.#event?.severity ?? 'info')
  }

  #look(line: string): void {
    if (pythonStart.test(line)) this.#language = 'python'
    if (goStart.test(line)) this.#language = 'go'
    const cause = causedBy.exec(line)?.[1]
    if (cause !== undefined) {
      // the root cause is what went wrong, and its frame is where
      this.#exception = cause
      this.#frame = undefined
      return
    }
    if (this.#language === 'python') {
      const frame = pythonFrame.exec(line)?.[1]
      // the most recent call comes last
      if (frame !== undefined) this.#frame = frame
      else if (!indented.test(line)) this.#exception ??= /^[\w.]+/.exec(line)?.[0]
      return
    }
    if (!indented.test(line)) this.#exception ??= exceptionLine.exec(line)?.[1]
    const frame = this.#language === 'go' ? goFunction(line) : javaFrame.exec(line)?.[1]
    this.#frame ??= frame
  }
}

function goFunction(line: string): string | undefined {
  if (!goFrame.test(line) || line.startsWith('panic(') || line.startsWith('runtime.')) return undefined
  return line.replace(/\([^()]*\)$/, '').replace(/^.*\//, '')
}

/** Without numbers of lambdas and proxies, which differ from run to run. */
const simplified = (name: string): string => name.replace(/\$\$.*$/, '').replace(/\d+/g, '#')
