/** One check as JUnit knows it. */
export interface JunitCase {
  name: string
  /** by convention the file or group that it belongs to */
  className: string
  /** s; 0 where it took no time worth telling */
  seconds?: number
  /** absent: passed */
  failure?: { message: string; text: string }
  /** why it did not run */
  skipped?: string
  /** lines for whoever looks closer */
  output?: string
}

export interface JunitSuite {
  name: string
  cases: readonly JunitCase[]
}

/** JUnit's XML, the form that GitLab, Jenkins and GitHub's reporters read (the testmoapp/junitxml description of it). */
export function renderJunit(name: string, suites: readonly JunitSuite[]): string {
  const all = suites.flatMap(suite => suite.cases)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name, ...totals(all) })}>`,
    ...suites.flatMap(suite => [
      `  <testsuite${attributes({ name: suite.name, ...totals(suite.cases) })}>`,
      ...suite.cases.flatMap(caseLines),
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n')
}

function totals(cases: readonly JunitCase[]) {
  return {
    tests: cases.length,
    failures: cases.filter(({ failure }) => failure).length,
    errors: 0,
    skipped: cases.filter(({ skipped }) => skipped !== undefined).length,
    time: secondsText(cases.reduce((sum, { seconds = 0 }) => sum + seconds, 0)),
  }
}

const secondsText = (seconds: number) => seconds.toFixed(3)

function caseLines({ name, className, seconds = 0, failure, skipped, output }: JunitCase): string[] {
  const head = `    <testcase${attributes({ name, classname: className, time: secondsText(seconds) })}`
  const inner = [
    ...(failure
      ? [`      <failure${attributes({ message: failure.message })}>${escaped(failure.text)}</failure>`]
      : []),
    ...(skipped === undefined ? [] : [`      <skipped${attributes({ message: skipped })}/>`]),
    ...(output === undefined ? [] : [`      <system-out>${escaped(output)}</system-out>`]),
  ]
  return inner.length === 0 ? [`${head}/>`] : [`${head}>`, ...inner, '    </testcase>']
}

const attributes = (values: Readonly<Record<string, string | number>>) =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value)).replace(/\n/g, '&#10;').replace(/\t/g, '&#9;')}"`)
    .join('')

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** XML 1.0 has no way to write most control characters and lone surrogates: they become U+FFFD. */
function escaped(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd')
    .replace(/[&<>"]/g, letter => entities[letter] ?? letter)
}
