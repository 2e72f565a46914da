import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HttpClient, HttpRequest } from '../../../src/lib/context/http-client.ts'
import { type AwsIdentity, readAwsAccess } from '../../../src/lib/http/aws-credentials.ts'
import { temporaryFolder } from '../../fakes/temporary-folder.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => {
  folder = temporaryFolder({
    credentials:
      '[default]\naws_access_key_id = DEFAULT\naws_secret_access_key=s1\n\n[other]\naws_access_key_id=OTHER\naws_secret_access_key=s2\naws_session_token=t2\n',
    config: '[default]\nregion = eu-west-1\n[profile other]\nregion = us-east-2\n# comment\n',
  })
})
afterEach(() => folder.remove())

const inEnvironment = { AWS_ACCESS_KEY_ID: 'ENV', AWS_SECRET_ACCESS_KEY: 's0' }
const nowMs = Date.parse('2026-01-02T03:04:05Z')

function read(identity: AwsIdentity, env: Record<string, string> = {}, answer?: { status: number; body: string }) {
  const sent: HttpRequest[] = []
  const http: HttpClient = {
    send: async request => {
      sent.push(request)
      return { headers: {}, url: request.url, status: 404, body: '', ...answer }
    },
  }
  const files = { AWS_SHARED_CREDENTIALS_FILE: folder.file('credentials'), AWS_CONFIG_FILE: folder.file('config') }
  const clock = { now: () => nowMs, sleep: async () => {} }
  const access = readAwsAccess(identity, { env: { ...files, ...env }, http: async () => http, clock })
  return { access, sent }
}

describe('who we are to AWS', () => {
  it.each<{
    at: string
    identity: AwsIdentity
    env?: Record<string, string>
    key: string
    region: string
    token?: string
  }>([
    { at: 'by the default profile', identity: {}, key: 'DEFAULT', region: 'eu-west-1' },
    { at: 'by the environment', identity: {}, env: inEnvironment, key: 'ENV', region: 'eu-west-1' },
    {
      at: 'by temporary credentials of the environment',
      identity: { region: 'ap-south-1' },
      env: { ...inEnvironment, AWS_SESSION_TOKEN: 't', AWS_REGION: 'x' },
      key: 'ENV',
      region: 'ap-south-1',
      token: 't',
    },
    {
      at: 'by AWS_PROFILE',
      identity: {},
      env: { AWS_PROFILE: 'other' },
      key: 'OTHER',
      region: 'us-east-2',
      token: 't2',
    },
    {
      at: 'by the profile of the metric, before the environment',
      identity: { profile: 'other' },
      env: inEnvironment,
      key: 'OTHER',
      region: 'us-east-2',
      token: 't2',
    },
  ])('$at', async ({ identity, env, key, region, token }) => {
    const { credentials, region: found } = await read(identity, env).access
    expect({ key: credentials.accessKeyId, region: found, token: credentials.sessionToken }).toEqual({
      key,
      region,
      token,
    })
  })

  it('is nobody', async () => {
    await expect(read({ profile: 'none' }).access).rejects.toThrow(
      /^could not get SigV4 credentials: no AWS credentials/,
    )
  })

  it('has no region', async () => {
    const env = { ...inEnvironment, AWS_CONFIG_FILE: folder.file('none') }
    await expect(read({}, env).access).rejects.toThrow(/^region not configured in sigv4/)
  })

  const role = { roleArn: 'arn:aws:iam::1:role/r' }
  it('takes on a role', async () => {
    const body =
      '<AssumeRoleResponse><Credentials><AccessKeyId>ROLE</AccessKeyId><SecretAccessKey>s3</SecretAccessKey><SessionToken>t3</SessionToken><Expiration>2026-01-02T04:04:05Z</Expiration></Credentials></AssumeRoleResponse>'
    const { access, sent } = read(role, {}, { status: 200, body })
    expect(await access).toEqual({
      credentials: { accessKeyId: 'ROLE', secretAccessKey: 's3', sessionToken: 't3' },
      region: 'eu-west-1',
      expiresAtMs: nowMs + 3600_000,
    })
    expect(sent[0]).toMatchObject({ url: 'https://sts.eu-west-1.amazonaws.com/', staysOnOrigin: true })
    expect(sent[0]?.headers?.Authorization).toContain('Credential=DEFAULT/20260102/eu-west-1/sts/aws4_request')
    expect(sent[0]?.body).toContain('RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr')
  })

  it('may not take on a role', async () => {
    const body = '<ErrorResponse><Error><Message>not authorized</Message></Error></ErrorResponse>'
    await expect(read(role, {}, { status: 403, body }).access).rejects.toThrow(
      'could not assume the role arn:aws:iam::1:role/r: not authorized',
    )
  })
})
