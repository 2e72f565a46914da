import type { Context } from '../context/context.ts'
import { credentialsFor } from './auth/credentials.ts'
import { type RunProcess, runProcess } from './auth/run-process.ts'
import { HttpKubeClient } from './client.ts'
import { resolveConnection } from './config/connection.ts'
import type { ConnectionOptions } from './connection-options.ts'
import { Transport } from './http/transport.ts'

/**
 * A client for the API server that flags, kubeconfig and environment name. Nothing is sent yet; a credential plugin
 * runs with the first request.
 *
 * @throws Failure `error` when the configuration cannot be used, `usage` when flags contradict each other
 */
export async function connect(
  options: ConnectionOptions,
  context: Context,
  effects: { runProcess: RunProcess } = { runProcess },
): Promise<HttpKubeClient> {
  const connection = await resolveConnection(options, context)
  const credentials = await credentialsFor(connection, context, effects.runProcess)
  const transport = new Transport(connection, credentials, context, options.verbosity ?? 0)
  return new HttpKubeClient({ connection, transport, options, credentials })
}
