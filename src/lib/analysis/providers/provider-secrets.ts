import type { Context } from '../../context/context.ts'
import { didYouMean } from '../../values/did-you-mean.ts'
import { usage } from '../../values/failure.ts'
import { safeText } from '../../values/safe-text.ts'
import { parseSecretSource, readSecretSource, type SecretSource } from '../secret-source.ts'

/** What a provider logs in with, as the controller names it in its Secrets. */
export interface CredentialKeys {
  /** the Secret that is read unless the metric names another one */
  secret: string
  required: readonly string[]
  optional: readonly string[]
}

export const credentialKeys = {
  datadog: { secret: 'datadog', required: ['api-key', 'app-key'], optional: ['address'] },
  newRelic: {
    secret: 'newrelic',
    required: ['personal-api-key', 'account-id'],
    optional: ['region', 'base-url-rest', 'base-url-nerdgraph'],
  },
  influxdb: { secret: 'influxdb', required: ['address', 'authToken', 'org'], optional: [] },
  /** its keys are addresses */
  wavefront: { secret: 'wavefront-api-tokens', required: [], optional: [] },
  /** not from a Secret: the controller has the identity of its pod */
  cloudWatch: {
    secret: 'cloudwatch',
    required: ['access-key-id', 'secret-access-key'],
    optional: ['session-token', 'region'],
  },
} satisfies Record<string, CredentialKeys>

export type CredentialedProvider = keyof typeof credentialKeys

export interface ProviderSecretFlag {
  /** of a provider or of a Secret */
  name: string
  /** absent: the source holds all keys */
  key?: string
  source: SecretSource
}

/** The keys that `--provider-secret` gives for one name. */
export interface GivenSecret {
  name: string
  values: ReadonlyMap<string, string>
}

const flagName = '--provider-secret'
const shape = `${flagName} needs NAME/KEY=env:VARIABLE, NAME/KEY=file:PATH, or NAME=... for a document of all keys`

/**
 * `NAME=env:VARIABLE|file:PATH`, where NAME is a provider (`datadog`) or a Secret that a metric names, and `NAME/KEY` one
 * key of it.
 *
 * @throws Failure `usage`, which never repeats what stands behind `=`
 */
export function parseProviderSecrets(texts: readonly string[]): ProviderSecretFlag[] {
  const flags = texts.map(parseFlag)
  const seen = new Set<string>()
  for (const { name, key } of flags) {
    const what = key === undefined ? name : `${name}/${key}`
    if (seen.has(what)) throw usage(`${flagName} ${safeText(what)} is given twice`, { reason: 'InvalidFlag' })
    seen.add(what)
  }
  return flags
}

function parseFlag(text: string): ProviderSecretFlag {
  const equals = text.indexOf('=')
  if (equals < 1) throw usage(shape, { reason: 'InvalidFlag' })
  const what = text.slice(0, equals)
  const slash = what.indexOf('/')
  const given = slash < 0 ? what : what.slice(0, slash)
  const key = slash < 0 ? undefined : what.slice(slash + 1)
  const name = providerNamed(given) ?? given
  if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name) && !providerNamed(name))
    throw usage(`${flagName} ${safeText(what)}: ${safeText(given)} is neither a provider nor the name of a Secret`, {
      reason: 'InvalidFlag',
      hints: suggestion(given, Object.keys(credentialKeys), `providers: ${Object.keys(credentialKeys).join(', ')}`),
    })
  if (key !== undefined) checkKey(name, key)
  const source = parseSecretSource(text.slice(equals + 1), `${flagName} ${safeText(what)}`)
  return { name, ...(key === undefined ? {} : { key }), source }
}

/** `newRelic` is written `newrelic` too, which is also the name of its Secret. */
export const providerNamed = (text: string): CredentialedProvider | undefined =>
  providerNames.find(name => name.toLowerCase() === text.toLowerCase())

const providerNames = Object.keys(credentialKeys) as CredentialedProvider[]

/** The keys of a Secret of another name are those of some provider. */
function checkKey(name: string, key: string): void {
  const provider = providerNamed(name) ?? providerNames.find(each => credentialKeys[each].secret === name)
  if (provider === 'wavefront' && key !== '') return
  const keys = (provider ? [provider] : providerNames).flatMap(each => keysOf(credentialKeys[each]))
  if (keys.includes(key)) return
  throw usage(`${flagName} ${safeText(name)}/${safeText(key)}: there is no key ${JSON.stringify(safeText(key))}`, {
    reason: 'InvalidFlag',
    hints: suggestion(key, keys, `keys: ${keys.join(', ')}`),
  })
}

export const keysOf = ({ required, optional }: CredentialKeys): readonly string[] => [...required, ...optional]

function suggestion(text: string, candidates: readonly string[], otherwise: string): string[] {
  const near = didYouMean(text, candidates)
  return [near === undefined ? otherwise : `did you mean ${near}?`]
}

/**
 * The values that flags give, by name. A source without a key is a document of keys and texts in YAML or JSON, or a
 * manifest of the Secret.
 *
 * @throws Failure `usage` for what cannot be read
 */
export async function readProviderSecrets(
  flags: readonly ProviderSecretFlag[],
  context: Pick<Context, 'env' | 'workingDirectory'>,
): Promise<GivenSecret[]> {
  const found = new Map<string, Map<string, string>>()
  // a single key wins over a document
  const ordered = [...flags].sort((one, other) => Number(one.key !== undefined) - Number(other.key !== undefined))
  for (const { name, key, source } of ordered) {
    const what = `${flagName} ${name}${key === undefined ? '' : `/${key}`}`
    const text = await readSecretSource(source, what, context)
    const values = found.get(name) ?? new Map<string, string>()
    if (key === undefined) for (const [each, value] of await readDocument(text, what, name)) values.set(each, value)
    else values.set(key, text)
    found.set(name, values)
  }
  return [...found].map(([name, values]) => ({ name, values }))
}

async function readDocument(text: string, flag: string, name: string): Promise<[string, string][]> {
  const provider = providerNamed(name)
  const example = provider ? (keysOf(credentialKeys[provider])[0] ?? 'ADDRESS') : 'KEY'
  const fail = (why: string) =>
    usage(`${flag}: ${why}`, {
      reason: 'InvalidSecret',
      hints: [`One value is given with its key: ${flagName} ${name}/${example}=...`],
    })
  const { parse } = await import('yaml')
  let document: unknown
  try {
    document = parse(text, { schema: 'failsafe', maxAliasCount: 0 })
  } catch {
    // the parser's message quotes the text
    throw fail('the document is no YAML or JSON')
  }
  if (!isObject(document)) throw fail('there have to be keys and texts, as in a Secret')
  const entries = document.kind === 'Secret' ? secretEntries(document) : Object.entries(document)
  return entries.map(([key, value]) => {
    if (typeof value !== 'string') throw fail(`the value of ${safeText(key)} is no text`)
    return [key, value]
  })
}

function secretEntries({ data, stringData }: Record<string, unknown>): [string, unknown][] {
  const decoded = Object.entries(isObject(data) ? data : {}).map(
    ([key, value]) =>
      [key, typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : value] as [string, unknown],
  )
  return [...decoded, ...Object.entries(isObject(stringData) ? stringData : {})]
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
