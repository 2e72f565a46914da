import type { HttpClient, HttpRequest } from '../../src/lib/context/http-client.ts'

export type FakeAnswer = number | readonly number[] | { status: number; body: string }

export interface AskedQuery {
  query: string
  /** RFC 3339, from the request's `time` */
  at: string
  url: string
}

/** An HTTP client behind which every server is a Prometheus: numbers are vectors of that many samples. */
export function fakePrometheus(answer: (query: string, timeMs: number) => FakeAnswer): HttpClient & {
  asked: AskedQuery[]
} {
  const asked: AskedQuery[] = []
  return {
    asked,
    send: async ({ url, body = '' }: HttpRequest) => {
      const form = new URLSearchParams(body)
      const timeMs = Number(form.get('time')) * 1000
      const query = form.get('query') ?? ''
      asked.push({ query, at: new Date(timeMs).toISOString(), url })
      const given = answer(query, timeMs)
      if (typeof given === 'object' && 'status' in given) return { ...given, headers: {}, url }
      const values = typeof given === 'number' ? [given] : given
      const result = values.map(value => ({ metric: {}, value: [timeMs / 1000, String(value)] }))
      const text = JSON.stringify({ status: 'success', data: { resultType: 'vector', result } })
      return { status: 200, headers: { 'content-type': 'application/json' }, body: text, url }
    },
  }
}
