import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context } from '../context/context.ts'
import type { HttpClient, HttpRequest } from '../context/http-client.ts'
import { Failure } from '../values/failure.ts'
import { safeText } from '../values/safe-text.ts'
import { type AwsCredentials, signV4 } from './sign-v4.ts'

export interface AwsIdentity {
  /** of the shared files; else AWS_PROFILE, else `default` */
  profile?: string
  region?: string
  /** to take on, with the credentials found */
  roleArn?: string
}

export interface AwsAccess {
  credentials: AwsCredentials
  region: string
  /** ms since 1970; Infinity for credentials that last */
  expiresAtMs: number
}

/**
 * Who we are to AWS: the environment (AWS_ACCESS_KEY_ID, ...) unless a profile is named, then the shared credentials and
 * config files, as the SDK's chain begins; no instance metadata and no single sign-on. A role is assumed with STS.
 *
 * @throws Failure in the words of prometheus/common/sigv4
 */
export async function readAwsAccess(
  { profile, region, roleArn }: AwsIdentity,
  context: Pick<Context, 'env' | 'http' | 'clock'>,
  limits: Pick<HttpRequest, 'timeoutMs' | 'signal'> = {},
): Promise<AwsAccess> {
  const { env } = context
  const name = profile || env.AWS_PROFILE || 'default'
  const settings = await sharedSettings(env, name)
  const found = (profile ? undefined : fromEnvironment(env)) ?? fromSettings(settings)
  if (!found)
    throw failure('could not get SigV4 credentials: no AWS credentials in the environment or the shared files', [
      'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN), or write a profile: eval "$(aws configure export-credentials --format env)" makes them of any other login',
    ])
  const chosen = region || env.AWS_REGION || env.AWS_DEFAULT_REGION || settings.get('region')
  if (!chosen) throw failure('region not configured in sigv4 or in default credentials chain', ['set AWS_REGION'])
  if (!roleArn) return { credentials: found, region: chosen, expiresAtMs: Number.POSITIVE_INFINITY }
  return {
    region: chosen,
    ...(await assumeRole(roleArn, found, chosen, await context.http(), context.clock.now(), limits)),
  }
}

function fromEnvironment(env: Context['env']): AwsCredentials | undefined {
  const accessKeyId = env.AWS_ACCESS_KEY_ID
  const secretAccessKey = env.AWS_SECRET_ACCESS_KEY
  if (!accessKeyId || !secretAccessKey) return undefined
  return { accessKeyId, secretAccessKey, ...(env.AWS_SESSION_TOKEN ? { sessionToken: env.AWS_SESSION_TOKEN } : {}) }
}

function fromSettings(settings: ReadonlyMap<string, string>): AwsCredentials | undefined {
  const accessKeyId = settings.get('aws_access_key_id')
  const secretAccessKey = settings.get('aws_secret_access_key')
  const sessionToken = settings.get('aws_session_token')
  if (!accessKeyId || !secretAccessKey) return undefined
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }
}

/** A profile of both shared files; in the config file its section is called `profile NAME`. */
async function sharedSettings(env: Context['env'], profile: string): Promise<ReadonlyMap<string, string>> {
  const home = env.HOME ?? env.USERPROFILE ?? ''
  const files = [
    {
      file: env.AWS_CONFIG_FILE || join(home, '.aws', 'config'),
      section: profile === 'default' ? profile : `profile ${profile}`,
    },
    { file: env.AWS_SHARED_CREDENTIALS_FILE || join(home, '.aws', 'credentials'), section: profile },
  ]
  const settings = new Map<string, string>()
  for (const { file, section } of files) {
    // a file that is not there says nothing
    const text = await readFile(file, 'utf8').catch(() => '')
    let current = ''
    for (const line of text.split(/\r?\n/)) {
      current = /^\s*\[([^\]]*)\]/.exec(line)?.[1]?.trim() ?? current
      const [, key, value] = /^([a-z_]+)\s*=\s*(.*?)\s*$/.exec(line) ?? []
      if (key && value && current === section) settings.set(key, value)
    }
  }
  return settings
}

/** One hour of a role (STS AssumeRole). */
async function assumeRole(
  roleArn: string,
  credentials: AwsCredentials,
  region: string,
  http: HttpClient,
  nowMs: number,
  limits: Pick<HttpRequest, 'timeoutMs' | 'signal'>,
): Promise<{ credentials: AwsCredentials; expiresAtMs: number }> {
  const form = {
    Action: 'AssumeRole',
    DurationSeconds: '3600',
    RoleArn: roleArn,
    RoleSessionName: `kubectl-canary-${Math.floor(nowMs / 1000)}`,
    Version: '2011-06-15',
  }
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  const request = {
    method: 'POST',
    url: `https://sts.${region}.${domain}/`,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: String(new URLSearchParams(form)),
  }
  const headers = signV4(request, credentials, region, 'sts', nowMs)
  const { status, body } = await http.send({ ...request, headers, ...limits, staysOnOrigin: true })
  const field = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1]
  const [accessKeyId, secretAccessKey] = [field('AccessKeyId'), field('SecretAccessKey')]
  if (status !== 200 || !accessKeyId || !secretAccessKey)
    throw failure(`could not assume the role ${safeText(roleArn)}: ${safeText(field('Message') ?? `status ${status}`)}`)
  return {
    credentials: { accessKeyId, secretAccessKey, sessionToken: field('SessionToken') },
    expiresAtMs: Date.parse(field('Expiration') ?? '') || nowMs + 3600_000,
  }
}

const failure = (message: string, hints: readonly string[] = []) =>
  new Failure('error', message, { reason: 'AwsCredentials', hints })
