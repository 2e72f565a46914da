import type { Context } from '../context/context.ts'
import type { HttpClient } from '../context/http-client.ts'

/** A client on node:http and node:https. */
export function createHttpClient(_context: Pick<Context, 'env' | 'signal' | 'clock'>): HttpClient {
  throw new Error('written next')
}
