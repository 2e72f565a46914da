import type { Context } from '../../context/context.ts'
import type { KubeObject } from '../../context/kube-object.ts'
import { secrets as secretType } from '../../kube/resource-types.ts'
import { redactDeep, redactor } from '../../values/redact.ts'
import { safeText } from '../../values/safe-text.ts'
import type { ControllerVersion } from '../analysis.ts'
import type { Measured } from '../record-measurement.ts'
import { MeasurementError, messageOf } from './measurement-error.ts'
import { type CredentialedProvider, credentialKeys, type GivenSecret, keysOf } from './provider-secrets.ts'

/** What the providers of this folder work with. */
export interface ProviderContext extends Pick<Context, 'http' | 'kube' | 'clock' | 'random' | 'env'> {
  version: ControllerVersion
  /** of `--provider-secret` */
  given: readonly GivenSecret[]
  /** where the controller reads its Secrets */
  controllerNamespace: string
  /** told of every credential, so that it can be kept out of all output */
  onSecret?(value: string): void
  /** Secrets of the cluster that were read, by `namespace/name` */
  readonly known: Map<string, Record<string, string>>
}

export interface SecretPlace {
  provider: CredentialedProvider
  /** name of the Secret */
  secret: string
  /** `controller`: the controller's; undefined: the client's */
  namespace: string | undefined
  /** there is no Secret that the controller would read */
  isGivenOnly?: boolean
}

export interface FoundCredentials {
  values: Readonly<Record<string, string>>
  /** whether anything was found; if not, the controller says that the Secret is not found */
  isThere: boolean
  /** The controller's words, followed by what was looked for and the ways to give it. */
  failure(words: string): MeasurementError
}

/** Everything else is worth hiding. */
const openKeys = new Set(['address', 'org', 'account-id', 'region', 'base-url-rest', 'base-url-nerdgraph'])

/**
 * The credentials of a metric: those of `--provider-secret` for the Secret or the provider, else the Secret that the
 * controller would read.
 *
 * @param secrets takes every value that must not be shown
 */
export async function findCredentials(
  place: SecretPlace,
  context: ProviderContext,
  secrets: Set<string>,
): Promise<FoundCredentials> {
  const given = givenFor(place, context.given)
  const found = given
    ? { values: Object.fromEntries(given) }
    : place.isGivenOnly
      ? {}
      : await fromCluster(place, context)
  const values: Record<string, string> = 'values' in found ? (found.values ?? {}) : {}
  for (const [key, value] of Object.entries(values)) {
    if (value === '' || (place.provider !== 'wavefront' && openKeys.has(key))) continue
    secrets.add(value)
    context.onSecret?.(value)
  }
  const cause = 'cause' in found ? found.cause : undefined
  return {
    values,
    isThere: 'values' in found && found.values !== undefined,
    failure: words => new MeasurementError(`${words}; ${lookedFor(place, given !== undefined, cause, context)}`),
  }
}

function givenFor({ provider, secret }: SecretPlace, given: readonly GivenSecret[]) {
  const named = given.find(({ name }) => name === secret) ?? given.find(({ name }) => name === provider)
  return named?.values
}

async function fromCluster(
  place: SecretPlace,
  context: ProviderContext,
): Promise<{ values?: Record<string, string>; cause?: string }> {
  try {
    const client = await context.kube()
    const namespace = namespaceOf(place, context) ?? client.namespace
    const id = `${namespace}/${place.secret}`
    const known = context.known.get(id)
    if (known) return { values: known }
    const secret = await client.get<KubeObject & { data?: Record<string, string> }>(secretType, {
      namespace,
      name: place.secret,
    })
    const values = Object.fromEntries(
      Object.entries(secret.data ?? {}).map(([key, text]) => [key, Buffer.from(text, 'base64').toString('utf8')]),
    )
    context.known.set(id, values)
    return { values }
  } catch (error) {
    return { cause: safeText(messageOf(error)) }
  }
}

const namespaceOf = ({ namespace }: SecretPlace, { controllerNamespace }: ProviderContext) =>
  namespace === 'controller' ? controllerNamespace : namespace

function lookedFor(place: SecretPlace, isGiven: boolean, cause: string | undefined, context: ProviderContext): string {
  const { provider, secret } = place
  const namespace = namespaceOf(place, context)
  const where = namespace === undefined ? `Secret ${secret}` : `Secret ${namespace}/${secret}`
  const names = secret === provider ? provider : `${secret} or ${provider}`
  const keys = provider === 'wavefront' ? 'its address' : listed(credentialKeys[provider])
  const looked = isGiven
    ? `--provider-secret for ${names} does not give all of ${keys}`
    : `looked for ${keys} in --provider-secret ${names} and in ${where}${cause === undefined ? '' : ` (${cause})`}`
  const key = keysOf(credentialKeys[provider])[0] ?? 'ADDRESS'
  return `${looked}: give them with --provider-secret ${provider}/${key}=env:VARIABLE or =file:PATH, or put them into ${where}`
}

const listed = ({ required }: { required: readonly string[] }) =>
  `${required.slice(0, -1).join(', ')} and ${required.at(-1)}`

/** A measurement in which no credential stands, whatever the service has answered. Its phase is no text of anybody's. */
export async function redacted(work: (secrets: Set<string>) => Promise<Measured>): Promise<Measured> {
  const secrets = new Set<string>()
  const result = await work(secrets)
  if (secrets.size === 0) return result
  const { phase, resumeAtMs, ...texts } = result
  return { phase, ...redactDeep(texts, redactor(secrets)), ...(resumeAtMs === undefined ? {} : { resumeAtMs }) }
}
