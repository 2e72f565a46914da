import type { Clock, Context, Output } from '../../../context/context.ts'
import type { HttpClient } from '../../../context/http-client.ts'
import { MemoryClient } from '../../memory-client.ts'
import type { ObjectStore } from '../../store/store.ts'

const nowhere: Output = {
  write: () => {},
  isTerminal: false,
  isClosed: false,
  columns: undefined,
  rows: undefined,
  hasColor: false,
}

/**
 * What the Argo Rollouts controller reaches: the objects of its cluster, and other servers. It writes for nobody.
 *
 * @param clock that of the other servers, which time requests are limited by
 */
export function controllerContext(store: ObjectStore, clock: Clock, http: () => Promise<HttpClient>): Context {
  const client = new MemoryClient(store, { namespace: 'argo-rollouts' })
  return {
    stdin: {
      isTerminal: false,
      read: async () => '',
      readBytes: async () => new Uint8Array(),
      readLine: async () => '',
    },
    stdout: nowhere,
    stderr: nowhere,
    clock,
    random: () => 0.5,
    signal: new AbortController().signal,
    env: {},
    workingDirectory: '/',
    kube: async () => client,
    http,
  }
}
