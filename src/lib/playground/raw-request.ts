import type { RawRequest, RawResponse } from '../context/kube-client.ts'
import type { ApiHandler } from './server/api-handler.ts'
import { isObject } from './store/json.ts'
import { pathNotFound, type StatusDetails, StatusError } from './store/status-error.ts'

/** Answers a raw request within the process; throws the refusals as StatusError. */
export async function handleRaw(handler: ApiHandler, request: RawRequest): Promise<RawResponse> {
  const { pathname, searchParams } = new URL(request.path, 'https://playground')
  const headers = Object.fromEntries(
    Object.entries(request.headers ?? {}).map(([key, value]) => [key.toLowerCase(), value]),
  )
  const answer = await handler.handle({
    method: request.method ?? 'GET',
    path: pathname,
    query: searchParams,
    headers: { 'content-type': 'application/json', ...headers },
    body: request.body ?? '',
    user: { name: 'playground-admin', groups: ['system:masters', 'system:authenticated'] },
    signal: new AbortController().signal,
  })
  let body = answer.body ?? ''
  for await (const piece of answer.stream ?? []) body += piece
  if (answer.status >= 400) throw refusal(answer.status, body)
  return { status: answer.status, headers: answer.headers ?? {}, body }
}

function refusal(code: number, body: string): StatusError {
  if (!body.startsWith('{')) return code === 404 ? pathNotFound() : new StatusError(code, 'Unknown', body)
  const status: unknown = JSON.parse(body)
  if (!isObject(status)) return new StatusError(code, 'Unknown', body)
  return new StatusError(
    code,
    String(status.reason),
    String(status.message),
    status.details as StatusDetails | undefined,
  )
}
