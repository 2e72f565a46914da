import { dirname, isAbsolute, join } from 'node:path'
import { Failure } from '../../values/failure.ts'
import { safeText } from '../../values/safe-text.ts'
import type { ClusterEntry, ContextEntry, ExecConfig, Kubeconfig, UserEntry } from './kubeconfig.ts'
import { parsePlainYaml } from './plain-yaml.ts'

type Fields = Record<string, unknown>

/**
 * Reads one kubeconfig. An empty file is an empty configuration, unknown fields are ignored, JSON is understood.
 *
 * @param file absolute path, for messages and for the relative paths in it
 * @throws Failure with `file:line:column` where the text is malformed, with the field's path where its shape is wrong
 */
export async function parseKubeconfig(text: string, file: string): Promise<Kubeconfig> {
  const root = await parseDocument(text, file)
  if (root === undefined || root === null) return build({}, file)
  if (!isFields(root)) throw malformed(file, 'a kubeconfig is a mapping with clusters, contexts and users')
  return build(root, file)
}

/** JSON and the plain YAML that tools write are read without the YAML library, whose loading alone costs tens of ms. */
async function parseDocument(text: string, file: string): Promise<unknown> {
  if (/^\s*\{/.test(text)) {
    try {
      return JSON.parse(text)
    } catch {
      // A flow mapping need not be JSON, and the YAML library knows the line of a mistake.
    }
  }
  const plain = parsePlainYaml(text)
  if (plain !== undefined) return plain.value
  const { LineCounter, parseDocument: parseYaml } = await import('yaml')
  const lines = new LineCounter()
  const document = parseYaml(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' })
  const error = document.errors[0]
  if (error) {
    const { line, col } = lines.linePos(error.pos[0])
    throw malformed(`${file}:${line}:${col}`, safeText(error.message))
  }
  try {
    return document.toJS()
  } catch (error) {
    throw malformed(file, safeText(error instanceof Error ? error.message : String(error)))
  }
}

function build(root: Fields, file: string): Kubeconfig {
  const reader = new FieldReader(file)
  return {
    currentContext: reader.text(root, 'current-context', '') ?? '',
    clusters: reader.named(root, 'clusters', 'cluster', (fields, at) => cluster(reader, fields, at)),
    contexts: reader.named(root, 'contexts', 'context', (fields, at) => context(reader, fields, at)),
    users: reader.named(root, 'users', 'user', (fields, at) => user(reader, fields, at)),
    files: [file],
  }
}

function cluster(reader: FieldReader, fields: Fields, at: string): ClusterEntry {
  return {
    file: reader.file,
    server: reader.text(fields, 'server', at),
    certificateAuthority: reader.path(fields, 'certificate-authority', at),
    certificateAuthorityData: reader.text(fields, 'certificate-authority-data', at),
    insecureSkipTlsVerify: reader.flag(fields, 'insecure-skip-tls-verify', at),
    tlsServerName: reader.text(fields, 'tls-server-name', at),
    proxyUrl: reader.text(fields, 'proxy-url', at),
    disableCompression: reader.flag(fields, 'disable-compression', at),
    execConfig: reader
      .list(fields, 'extensions', at)
      .find(each => isFields(each) && each.name === 'client.authentication.k8s.io/exec')?.extension,
  }
}

function context(reader: FieldReader, fields: Fields, at: string): ContextEntry {
  return {
    file: reader.file,
    cluster: reader.text(fields, 'cluster', at) ?? '',
    user: reader.text(fields, 'user', at) ?? '',
    namespace: reader.text(fields, 'namespace', at),
  }
}

function user(reader: FieldReader, fields: Fields, at: string): UserEntry {
  return {
    file: reader.file,
    clientCertificate: reader.path(fields, 'client-certificate', at),
    clientCertificateData: reader.text(fields, 'client-certificate-data', at),
    clientKey: reader.path(fields, 'client-key', at),
    clientKeyData: reader.text(fields, 'client-key-data', at),
    token: reader.text(fields, 'token', at),
    tokenFile: reader.path(fields, 'tokenFile', at),
    username: reader.text(fields, 'username', at),
    password: reader.text(fields, 'password', at),
    as: reader.text(fields, 'as', at),
    asUid: reader.text(fields, 'as-uid', at),
    asGroups: reader.texts(fields, 'as-groups', at),
    asUserExtra: extra(reader, reader.fields(fields, 'as-user-extra', at), `${at}.as-user-extra`),
    exec: exec(reader, reader.fields(fields, 'exec', at), `${at}.exec`),
    authProvider: authProvider(reader, reader.fields(fields, 'auth-provider', at), `${at}.auth-provider`),
  }
}

function extra(reader: FieldReader, fields: Fields | undefined, at: string): Record<string, string[]> | undefined {
  if (!fields) return undefined
  return Object.fromEntries(Object.keys(fields).map(key => [key, reader.texts(fields, key, at) ?? []]))
}

function exec(reader: FieldReader, fields: Fields | undefined, at: string): ExecConfig | undefined {
  if (!fields) return undefined
  const command = reader.text(fields, 'command', at) ?? ''
  return {
    apiVersion: reader.text(fields, 'apiVersion', at) ?? '',
    // client-go resolves a command with a path separator against the kubeconfig, a bare name against PATH
    command: /[/\\]/.test(command) ? reader.resolve(command) : command,
    args: reader.texts(fields, 'args', at) ?? [],
    env: reader.list(fields, 'env', at).map(each => ({
      name: reader.text(each, 'name', `${at}.env`) ?? '',
      value: reader.text(each, 'value', `${at}.env`) ?? '',
    })),
    installHint: reader.text(fields, 'installHint', at) ?? '',
    provideClusterInfo: reader.flag(fields, 'provideClusterInfo', at) ?? false,
    interactiveMode: reader.text(fields, 'interactiveMode', at) ?? '',
  }
}

function authProvider(reader: FieldReader, fields: Fields | undefined, at: string): UserEntry['authProvider'] {
  if (!fields) return undefined
  const config = reader.fields(fields, 'config', at) ?? {}
  return {
    name: reader.text(fields, 'name', at) ?? '',
    config: Object.fromEntries(Object.keys(config).map(key => [key, reader.text(config, key, `${at}.config`) ?? ''])),
  }
}

/** Takes fields out of parsed YAML and says which one has the wrong shape. */
class FieldReader {
  readonly file: string
  constructor(file: string) {
    this.file = file
  }

  text(from: Fields, key: string, at: string): string | undefined {
    const value = from[key]
    if (value === undefined || value === null) return undefined
    // `token: 12345` and `name: 1` are what people write; a date cannot be had back from YAML's core schema
    if (typeof value === 'number' || typeof value === 'boolean') return String(value)
    if (typeof value === 'string') return value === '' ? undefined : value
    throw this.wrong(key, at, 'a text', value)
  }

  flag(from: Fields, key: string, at: string): boolean | undefined {
    const value = from[key]
    if (value === undefined || value === null) return undefined
    if (typeof value === 'boolean') return value
    throw this.wrong(key, at, 'true or false', value)
  }

  texts(from: Fields, key: string, at: string): string[] | undefined {
    const value = from[key]
    if (value === undefined || value === null) return undefined
    if (!Array.isArray(value)) throw this.wrong(key, at, 'a list', value)
    return value.map((each, index) => this.text({ [index]: each }, String(index), `${at}.${key}`) ?? '')
  }

  fields(from: Fields, key: string, at: string): Fields | undefined {
    const value = from[key]
    if (value === undefined || value === null) return undefined
    if (isFields(value)) return value
    throw this.wrong(key, at, 'a mapping', value)
  }

  list(from: Fields, key: string, at: string): Fields[] {
    const value = from[key]
    if (value === undefined || value === null) return []
    if (!Array.isArray(value)) throw this.wrong(key, at, 'a list', value)
    return value.map((each, index) => {
      if (!isFields(each)) throw this.wrong(`${key}[${index}]`, at, 'a mapping', each)
      return each
    })
  }

  /** A list of `{name, [field]: {...}}`; the first of a name wins. */
  named<T>(root: Fields, key: string, field: string, read: (fields: Fields, at: string) => T): Map<string, T> {
    const entries = new Map<string, T>()
    for (const [index, each] of this.list(root, key, '').entries()) {
      const name = this.text(each, 'name', `${key}[${index}]`)
      if (name === undefined || entries.has(name)) continue
      entries.set(name, read(this.fields(each, field, `${key}[${index}]`) ?? {}, `${key}[${index}].${field}`))
    }
    return entries
  }

  path(from: Fields, key: string, at: string): string | undefined {
    const value = this.text(from, key, at)
    return value === undefined ? undefined : this.resolve(value)
  }

  resolve(path: string): string {
    return isAbsolute(path) ? path : join(dirname(this.file), path)
  }

  private wrong(key: string, at: string, wanted: string, value: unknown): Failure {
    const got = Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'a mapping' : `${typeof value}`
    return malformed(this.file, `${at ? `${at}.` : ''}${key} has to be ${wanted}, and is ${got}`)
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function malformed(where: string, why: string): Failure {
  return new Failure('error', `the kubeconfig cannot be read: ${where}: ${why}`, {
    reason: 'InvalidKubeconfig',
    hints: ['kubectl config view  shows what kubectl makes of it; --kubeconfig FILE takes another one'],
  })
}
