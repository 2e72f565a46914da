import type { Context } from '../../context/context.ts'
import type { AwsCredentials } from '../../http/sign-v4.ts'

/** Who asks AWS, and where. */
export interface AwsIdentity {
  credentials: AwsCredentials | undefined
  region: string | undefined
  /** in words, for a message when nothing was found */
  lookedAt: string
}

/**
 * The identity of the environment, as the SDKs of AWS find it: AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY, else the
 * profile of AWS_PROFILE in the shared files. Roles, single sign-on and instance metadata are not asked; what they give
 * can be put into the environment (`aws configure export-credentials`).
 */
export async function awsIdentity({ env }: Pick<Context, 'env'>): Promise<AwsIdentity> {
  const profile = env.AWS_PROFILE || 'default'
  const home = env.HOME || env.USERPROFILE || ''
  const credentialsFile = env.AWS_SHARED_CREDENTIALS_FILE || `${home}/.aws/credentials`
  const configFile = env.AWS_CONFIG_FILE || `${home}/.aws/config`
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: key, AWS_SESSION_TOKEN: token } = env
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION
  const lookedAt = `AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and profile ${profile} in ${credentialsFile}`
  const fromEnvironment = id && key ? credentialsOf(id, key, token) : undefined
  if (fromEnvironment && region) return { credentials: fromEnvironment, region, lookedAt }
  const secrets = await readSection(credentialsFile, profile)
  const settings = await readSection(configFile, profile === 'default' ? profile : `profile ${profile}`)
  const shared = { ...settings, ...secrets }
  const { aws_access_key_id: sharedId, aws_secret_access_key: sharedKey, aws_session_token: sharedToken } = shared
  const fromFiles = sharedId && sharedKey ? credentialsOf(sharedId, sharedKey, sharedToken) : undefined
  return { credentials: fromEnvironment ?? fromFiles, region: region || shared.region, lookedAt }
}

const credentialsOf = (accessKeyId: string, secretAccessKey: string, token: string | undefined): AwsCredentials => ({
  accessKeyId,
  secretAccessKey,
  ...(token ? { sessionToken: token } : {}),
})

/** A file that is not there has no sections. */
async function readSection(path: string, name: string): Promise<Record<string, string>> {
  const { readFile } = await import('node:fs/promises')
  const text = await readFile(path, 'utf8').catch(() => '')
  const values: Record<string, string> = {}
  let isIn = false
  for (const line of text.split(/\r?\n/)) {
    const [, section] = /^\s*\[\s*(.*?)\s*\]/.exec(line) ?? []
    if (section !== undefined) isIn = section === name
    const [, key = '', value = ''] = /^([^\s#;=]+)\s*=\s*(.*?)\s*$/.exec(line) ?? []
    if (isIn && key !== '') values[key.toLowerCase()] = value
  }
  return values
}
