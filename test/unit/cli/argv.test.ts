import { readFileSync } from 'node:fs'
import { Flags, Parser } from '@oclif/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalizeArgv, readFlags, valueMark } from '../../../src/lib/cli/argv.ts'
import { type FlagDefinition, FlagTable } from '../../../src/lib/cli/flag-table.ts'
import { flagDefinitions, parserFlags } from '../../../src/lib/cli/oclif-flags.ts'
import { Failure } from '../../../src/lib/values/failure.ts'

/** The flags that pflag had when test/fixtures/argv/pflag.jsonl was observed. */
const observedFlags: FlagDefinition[] = [
  { name: 'watch', char: 'w', kind: 'boolean' },
  { name: 'all-namespaces', char: 'A', kind: 'boolean' },
  { name: 'event', kind: 'boolean' },
  { name: 'namespace', char: 'n', kind: 'string' },
  { name: 'output', char: 'o', kind: 'string' },
  { name: 'selector', char: 'l', kind: 'string' },
  { name: 'tail', kind: 'string' },
  { name: 'as-group', kind: 'string', repeatable: 'each' },
  { name: 'filename', char: 'f', kind: 'string', repeatable: 'comma' },
  { name: 'wait', kind: 'optional-value', defaultWhenBare: 'default' },
]

const definitions: FlagDefinition[] = [
  ...observedFlags,
  { name: 'dry-run', kind: 'optional-value', choices: ['none', 'client', 'server'] },
  { name: 'color', kind: 'optional-value', choices: ['auto', 'always', 'never'] },
  { name: 'no-headers', kind: 'boolean' },
  { name: 'in', kind: 'string' },
  { name: 'v', char: 'v', kind: 'string', integer: { min: 0, max: 10 } },
]

interface Observed {
  argv: string[]
  flags?: Record<string, string | string[]>
  args?: string[]
  error?: string
}

const observed = readFileSync('test/fixtures/argv/pflag.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map(line => JSON.parse(line) as Observed)

function failureOf(argv: string[], flags = definitions): Failure {
  try {
    normalizeArgv(argv, flags)
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
  throw new Error(`no failure for ${JSON.stringify(argv)}`)
}

describe('kubectl flag grammar, as observed of pflag', () => {
  const wellFormed = observed.filter(each => each.error === undefined)
  it.each(wellFormed)('$argv', ({ argv, flags, args }) => {
    const reading = readFlags(argv, new FlagTable(observedFlags))
    const values = [...reading.flags].map(([{ name, repeatable }, all]) => [name, repeatable ? all : all[0]])
    expect(Object.fromEntries(values)).toEqual(flags)
    expect(reading.words).toEqual(args)
  })

  // Go's CSV reader numbers its columns, and pflag prints one byte of a letter: neither is worth repeating
  const refused = observed.filter(each => each.error !== undefined && !/parse error|[^\x20-\x7e]/.test(each.error))
  it.each(refused)('$argv is refused', ({ argv, error }) => {
    expect(failureOf(argv, observedFlags).message.replace(/ \(argument \d+\)$/, '')).toBe(error)
  })

  it.each([[['-f', '"a']], [['-f', 'a"b']], [['-é']], [['-w😀']], [['--ünknown']]])('%j is refused', argv => {
    expect(failureOf(argv, observedFlags).outcome).toBe('usage')
  })
})

describe('the one spelling for oclif', () => {
  it.each([
    { argv: ['--watch'], is: ['--watch'] },
    { argv: ['--watch=false'], is: ['--no-watch'] },
    { argv: ['--watch=0'], is: ['--no-watch'] },
    { argv: ['-w=F'], is: ['--no-watch'] },
    { argv: ['-wA'], is: ['--watch', '--all-namespaces'] },
    { argv: ['-wn', 'loans'], is: ['--watch', '--namespace=loans'] },
    { argv: ['-nloans', 'api'], is: ['--namespace=loans', '--', 'api'] },
    { argv: ['api', '-n=loans'], is: ['--namespace=loans', '--', 'api'] },
    { argv: ['-n', 'a', '-n', 'b'], is: ['--namespace=b'] },
    { argv: ['--namespace='], is: ['--namespace='] },
    { argv: ['--all_namespaces'], is: ['--all-namespaces'] },
    { argv: ['--tail', '-1'], is: [`--tail=${valueMark}-1`] },
    { argv: ['--in', '-5s'], is: [`--in=${valueMark}-5s`] },
    { argv: ['-o', '-w'], is: [`--output=${valueMark}-w`] },
    { argv: ['-f', 'a,b', '-fc'], is: ['--filename=a', '--filename=b', '--filename=c'] },
    { argv: ['--as-group', 'a,b', '--as-group=c'], is: ['--as-group=a,b', '--as-group=c'] },
    { argv: ['--dry-run=client'], is: ['--dry-run=client'] },
    { argv: ['--color=never', 'api'], is: ['--color=never', '--', 'api'] },
    { argv: ['--wait', 'healthy'], is: ['--wait=default', '--', 'healthy'] },
    { argv: ['--wait=healthy'], is: ['--wait=healthy'] },
    { argv: ['--no-headers'], is: ['--no-headers'] },
    { argv: ['--no-headers=false'], is: ['--no-no-headers'] },
    { argv: ['-v9'], is: ['--v=9'] },
    { argv: ['--v', '9'], is: ['--v=9'] },
    { argv: ['--', '-w'], is: ['--', '-w'] },
    { argv: ['a', '--', '--', 'b'], is: ['--', 'a', '--', 'b'] },
    { argv: ['-', ''], is: ['--', '-', ''] },
  ])('$argv', ({ argv, is }) => expect(normalizeArgv(argv, definitions)).toEqual(is))
})

describe('what is refused', () => {
  it.each([
    { argv: ['--namspace', 'x'], says: 'unknown flag: --namspace (argument 1)', hint: 'did you mean --namespace?' },
    { argv: ['-A', '--watc=false'], says: 'unknown flag: --watc (argument 2)', hint: 'did you mean --watch=false?' },
    { argv: ['--nmaespace=x'], says: 'unknown flag: --nmaespace', hint: 'did you mean --namespace=x?' },
    { argv: ['--no-watch'], says: 'unknown flag: --no-watch', hint: 'did you mean --watch=false?' },
    { argv: ['--sel=a'], says: 'unknown flag: --sel', hint: 'did you mean --selector=a?' },
    { argv: ['--zzzzzz'], says: 'unknown flag: --zzzzzz', hint: undefined },
    { argv: ['-watch'], says: "unknown shorthand flag: 'a' in -atch", hint: 'did you mean --watch?' },
    { argv: ['-a'], says: "unknown shorthand flag: 'a' in -a", hint: 'did you mean -A?' },
    { argv: ['x', '-n'], says: "flag needs an argument: 'n' in -n (argument 2)", hint: undefined },
    { argv: ['--namespace'], says: 'flag needs an argument: --namespace', hint: undefined },
    {
      argv: ['--dry-run', 'client'],
      says: 'flag needs a value after "=": --dry-run (argument 1)',
      hint: 'write --dry-run=client',
    },
    {
      argv: ['--dry-run', 'api'],
      says: 'flag needs a value after "=": --dry-run (argument 1)',
      hint: 'write --dry-run=none|client|server',
    },
    {
      argv: ['--color=nevr'],
      says: 'invalid argument "nevr" for "--color" flag: must be one of auto, always, never',
      hint: 'did you mean --color=never?',
    },
    {
      argv: ['-v', 'x'],
      says: 'invalid argument "x" for "-v, --v" flag: strconv.ParseInt: parsing "x": invalid syntax (argument 1)',
      hint: undefined,
    },
    { argv: ['--v=11'], says: 'invalid argument "11" for "-v, --v" flag: must be at most 10', hint: undefined },
    { argv: ['--v=-1'], says: 'invalid argument "-1" for "-v, --v" flag: must be at least 0', hint: undefined },
    {
      argv: ['--watch=nope'],
      says: 'invalid argument "nope" for "-w, --watch" flag: strconv.ParseBool: parsing "nope": invalid syntax',
      hint: undefined,
    },
  ])('$argv', ({ argv, says, hint }) => {
    const failure = failureOf(argv)
    expect({ message: failure.message, hint: failure.hints[0], outcome: failure.outcome }).toEqual({
      message: says,
      hint,
      outcome: 'usage',
    })
  })
})

const oclifFlags = {
  watch: Flags.boolean({ char: 'w' }),
  event: Flags.boolean({ default: true }),
  'no-headers': Flags.boolean(),
  namespace: Flags.string({ char: 'n' }),
  tail: Flags.string(),
  'as-group': Flags.string({ multiple: true }),
  filename: Flags.string({ char: 'f', multiple: true, delimiter: ',' }),
  wait: Object.assign(Flags.string(), { optionalValue: { bare: 'default' } }),
}

async function parsed(argv: readonly string[]) {
  const flags = parserFlags(oclifFlags)
  const output = await Parser.parse(normalizeArgv(argv, flagDefinitions(oclifFlags)), {
    flags,
    args: {},
    strict: false,
  })
  return { flags: output.flags as Record<string, unknown>, argv: output.argv }
}

describe('oclif reads the same', () => {
  it.each([
    { argv: ['--watch=false', 'api'], flags: { watch: false, event: true }, rest: ['api'] },
    { argv: ['--event=false', '--no-headers'], flags: { event: false, 'no-headers': true }, rest: [] },
    { argv: ['--tail', '-n'], flags: { event: true, tail: '-n' }, rest: [] },
    {
      argv: ['--as-group', '-n', '--as-group=a,b', 'x', '-f', 'a,b', '-f=c'],
      flags: {
        event: true,
        'as-group': ['-n', 'a,b'],
        filename: ['a', 'b', 'c'],
      },
      rest: ['x'],
    },
  ])('$argv', async ({ argv, flags, rest }) => {
    expect(await parsed(argv)).toEqual({ flags, argv: rest })
  })

  const value = fc.oneof(
    fc.string({ minLength: 2 }),
    fc.constantFrom('-w', '--watch', '-n', '-nfoo', '--', '-', '--namespace=x', 'false', '-1', '=', '=a', 'a=b'),
  )

  it('every spelling of a value gives that value', async () => {
    await fc.assert(
      fc.asyncProperty(value, async text => {
        const spelled = [
          ['-n', text],
          [`-n=${text}`],
          ['-wn', text],
          [`-wn=${text}`],
          ['--namespace', text],
          [`--namespace=${text}`],
          ['-n', 'before', '--namespace', text],
          ...(text.startsWith('=') ? [] : [[`-n${text}`], [`-wn${text}`]]),
        ]
        for (const argv of spelled) expect((await parsed(argv)).flags.namespace).toBe(text)
      }),
    )
  })

  it('every spelling of a truth value gives that value, for every boolean flag', async () => {
    const booleans = flagDefinitions(oclifFlags).filter(each => each.kind === 'boolean')
    const truth = fc.constantFrom(
      ...['1', 't', 'T', 'TRUE', 'true', 'True'].map(text => [text, true] as const),
      ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map(text => [text, false] as const),
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...booleans), truth, fc.boolean(), async (flag, [text, is], other) => {
        const argv = [`--${flag.name}=${other}`, `--${flag.name}=${text}`, 'word']
        const { flags, argv: rest } = await parsed(argv)
        expect(flags[flag.name]).toBe(is)
        expect(rest).toEqual(['word'])
        if (flag.char !== undefined) expect((await parsed([`-${flag.char}=${text}`])).flags[flag.name]).toBe(is)
      }),
    )
  })

  it('arguments come through whatever they look like after --, in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(value), async words => {
        expect(readFlags(['-w', '--', ...words], new FlagTable(definitions)).words).toEqual(words)
      }),
    )
  })
})
