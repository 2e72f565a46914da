import type { ControllerVersion } from '../analysis/analysis.ts'
import { jobProvider } from '../analysis/providers/job.ts'
import type { Providers } from '../analysis/providers/provider.ts'
import type { Context } from '../context/context.ts'

export interface ProviderFlags {
  prometheus?: string | undefined
  'provider-secret'?: string[] | undefined
}

export interface ProviderOptions {
  version: ControllerVersion
  /** told of every credential, so that it can be kept out of all output */
  onSecret(value: string): void
}

/** The metric providers of a command, with the credentials and addresses of its flags. */
export async function providersFrom(
  _flags: ProviderFlags,
  { version }: ProviderOptions,
  context: Context,
): Promise<Providers> {
  return { job: jobProvider({ version }, context) }
}
