import type { KubeClient } from '../../context/kube-client.ts'
import type { KubeObject } from '../../context/kube-object.ts'
import { secrets as secretType } from '../../kube/resource-types.ts'
import { Failure } from '../../values/failure.ts'
import { safeText } from '../../values/safe-text.ts'
import type { SecretKeyRef } from '../analysis.ts'
import { AnalysisError } from '../analysis-error.ts'
import { missingKey } from '../drive.ts'

export interface SecretReaderOptions {
  /** of the command line, by the reference that they stand for */
  given: readonly { ref: SecretKeyRef; value: string }[]
  /** of the run; undefined: the client's */
  namespace: string | undefined
  kube(): Promise<KubeClient>
  /** called with every value that is read, so that it can be kept out of all output */
  onSecret(value: string): void
}

/**
 * Reads the secret arguments of a run: those of the command line, else from the run's namespace as the controller does.
 * What is missing ends the run in the controller's words; what may not be read is our failure, since the controller may.
 */
export function secretReader(options: SecretReaderOptions): (ref: SecretKeyRef) => Promise<string> {
  return async ref => {
    const given = options.given.find(each => each.ref.name === ref.name && each.ref.key === ref.key)
    const value = given?.value ?? (await fromCluster(ref, options))
    options.onSecret(value)
    return value
  }
}

async function fromCluster(ref: SecretKeyRef, { namespace, kube }: SecretReaderOptions): Promise<string> {
  try {
    const client = await kube()
    const place = namespace === undefined ? {} : { namespace }
    const { data = {} } = await client.get<KubeObject & { data?: Record<string, string> }>(secretType, {
      name: ref.name,
      ...place,
    })
    const encoded = Object.hasOwn(data, ref.key) ? data[ref.key] : undefined
    if (encoded === undefined) throw missingKey(ref)
    return Buffer.from(encoded, 'base64').toString('utf8')
  } catch (error) {
    if (!(error instanceof Failure) || error.outcome === 'interrupted') throw error
    if (error.reason === 'NotFound') throw new AnalysisError(error.message)
    throw new Failure(error.outcome, `secret ${safeText(ref.name)} cannot be read: ${error.message}`, {
      hints: [...error.hints, 'Give the argument by --secret-arg NAME=env:VARIABLE or NAME=file:PATH'],
      ...(error.reason === undefined ? {} : { reason: error.reason }),
      cause: error,
    })
  }
}
