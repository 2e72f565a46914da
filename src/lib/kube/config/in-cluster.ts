import { existsSync, readFileSync } from 'node:fs'
import { isIPv6 } from 'node:net'
import type { Context } from '../../context/context.ts'
import type { ClusterEntry, UserEntry } from './kubeconfig.ts'

export interface InCluster {
  cluster: ClusterEntry
  user: UserEntry
  namespace: string | undefined
}

const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount'

/**
 * The service account of the pod that we run in, or undefined outside of one (client-go: rest.InClusterConfig and
 * clientcmd's inClusterClientConfig, which looks at POD_NAMESPACE first).
 *
 * @param folder where the token is mounted
 */
export function inCluster(env: Context['env'], folder = serviceAccountFolder): InCluster | undefined {
  const host = env.KUBERNETES_SERVICE_HOST
  const port = env.KUBERNETES_SERVICE_PORT
  const tokenFile = `${folder}/token`
  if (!host || !port || !existsSync(tokenFile)) return undefined
  const authority = `${folder}/ca.crt`
  return {
    cluster: {
      file: '',
      server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
      certificateAuthority: existsSync(authority) ? authority : undefined,
    },
    user: { file: '', tokenFile },
    namespace: env.POD_NAMESPACE || readNamespace(`${folder}/namespace`),
  }
}

function readNamespace(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined
  } catch {
    return undefined
  }
}
