import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from '../../../src/lib/context/context.ts'
import type { FakeContext } from '../../fakes/context.ts'
import { fakeContext } from '../../fakes/context.ts'
import type { Answer } from '../../fakes/tls-server.ts'

/** A context with the real clock: servers of the test are as slow as they are. */
export function realTime(options: Parameters<typeof fakeContext>[0] = {}): Context & Pick<FakeContext, 'stderr'> {
  const context = fakeContext({ ...options })
  const clock: Context['clock'] = {
    now: Date.now,
    sleep: (ms, signal) =>
      sleep(ms, undefined, { signal }).catch(() => {
        throw signal?.reason
      }),
  }
  const real: Context & Pick<FakeContext, 'stderr'> = { ...context, clock }
  if (options?.http) return real
  const http = import('../../../src/lib/http/client.ts').then(({ createHttpClient }) => createHttpClient(real))
  return { ...real, http: () => http }
}

export const success = (resultType: string, result: unknown, more: object = {}): Answer => ({
  body: { status: 'success', data: { resultType, result }, ...more },
})

export const oneSample = success('vector', [{ metric: { a: 'b' }, value: [1.5, '2'] }])
