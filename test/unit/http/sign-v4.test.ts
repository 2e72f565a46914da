import { describe, expect, it } from 'vitest'
import { type SignableRequest, signV4 } from '../../../src/lib/http/sign-v4.ts'

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const nowMs = Date.parse('2015-08-30T12:36:00Z')
const base = 'https://example.amazonaws.com'

/** Of AWS's aws-sig-v4-test-suite, by the names that it gives them. */
const vectors: { name: string; request: SignableRequest; signature: string; signedHeaders?: string }[] = [
  {
    name: 'get-vanilla',
    request: { url: `${base}/` },
    signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  },
  {
    name: 'get-vanilla-query-order-key-case',
    request: { url: `${base}/?Param2=value2&Param1=value1` },
    signature: 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  },
  {
    name: 'get-unreserved',
    request: { url: `${base}/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz` },
    signature: '07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f',
  },
  {
    name: 'get-header-value-trim',
    request: { url: `${base}/`, headers: { 'My-Header1': ' value1', 'My-Header2': ' "a   b   c"' } },
    signature: 'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
    signedHeaders: 'host;my-header1;my-header2;x-amz-date',
  },
  {
    name: 'post-vanilla',
    request: { method: 'POST', url: `${base}/` },
    signature: '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  },
  {
    name: 'post-x-www-form-urlencoded',
    request: {
      method: 'POST',
      url: `${base}/`,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'Param1=value1',
    },
    signature: 'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
    signedHeaders: 'content-type;host;x-amz-date',
  },
]

describe('a signature of AWS, version 4', () => {
  it.each(vectors)('$name', ({ request, signature, signedHeaders = 'host;x-amz-date' }) => {
    expect(signV4(request, credentials, 'us-east-1', 'service', nowMs)).toEqual({
      ...request.headers,
      'X-Amz-Date': '20150830T123600Z',
      Authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${signedHeaders}, Signature=${signature}`,
    })
  })

  /** aws-sdk-go-v2 v1.36.3 signs these so. */
  it.each([
    {
      request: {
        method: 'POST',
        url: 'https://aps-workspaces.us-east-1.amazonaws.com/workspaces/ws-1/api/v1/query',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: 'query=up%7Ba%3D%22b%22%7D&time=1.5',
      },
      signature: '614d6c5300bb9bc341eb069e1a08b9d2b8b877ca3caa1f33cc3d8b5ac982134b',
    },
    {
      request: {
        url: 'https://aps-workspaces.us-east-1.amazonaws.com/workspaces/ws%201/ö/api/v1/query?query=up%7Ba%3D%22b%20c%22%7D&a=&b=%2B',
      },
      signature: 'b6a9f45dd9a50e959e54ee0ca6454909e26d71159ac71b7a4ac5a2d8618c4cae',
    },
  ])('is that of the SDK for $request.url', ({ request, signature }) => {
    expect(signV4(request, credentials, 'us-east-1', 'aps', nowMs).Authorization).toContain(`Signature=${signature}`)
  })

  it('covers the token of temporary credentials', () => {
    const headers = signV4({ url: `${base}/` }, { ...credentials, sessionToken: 'T' }, 'us-east-1', 'service', nowMs)
    expect(headers['X-Amz-Security-Token']).toBe('T')
    expect(headers.Authorization).toContain('SignedHeaders=host;x-amz-date;x-amz-security-token')
  })

  it('does not cover what the way may change', () => {
    const headers = { 'User-Agent': 'x', 'X-Amzn-Trace-Id': 'y' }
    expect(signV4({ url: `${base}/`, headers }, credentials, 'us-east-1', 'service', nowMs).Authorization).toBe(
      signV4({ url: `${base}:443/` }, credentials, 'us-east-1', 'service', nowMs).Authorization,
    )
  })
})
