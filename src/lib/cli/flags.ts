import * as Flags from '@oclif/core/flags'
import type { BooleanFlag, OptionFlag } from '@oclif/core/interfaces'

/**
 * Flags as kubectl has them. The argv pass (cli/argv.ts) reads the same definitions, so that every spelling that pflag
 * takes works here although oclif's parser takes fewer.
 */

type Described = { summary: string; char?: string; group?: string; hidden?: boolean }

/** `--watch`, `--watch=false`. */
export function boolean(options: Described & { default?: boolean }): BooleanFlag<boolean> {
  const { char, group, ...rest } = options
  return Flags.boolean({ ...rest, ...placed(char, group), allowNo: true, default: options.default ?? false })
}

/** `--selector a=b`. */
export function text(options: Described & { value?: string }): OptionFlag<string | undefined> {
  const { char, group, value, ...rest } = options
  return Flags.string({ ...rest, ...placed(char, group), ...(value === undefined ? {} : { helpValue: value }) })
}

/** A flag that may be repeated; the values in the order given. */
export function texts(options: Described & { value?: string }): OptionFlag<string[] | undefined> {
  const { char, group, value, ...rest } = options
  return Flags.string({
    ...rest,
    ...placed(char, group),
    ...(value === undefined ? {} : { helpValue: value }),
    multiple: true,
    multipleNonGreedy: true,
  })
}

/** `--expect-step 3`; anything but a whole number is a usage error of the parser. */
export function integer(
  options: Described & { min?: number; max?: number; value?: string },
): OptionFlag<number | undefined> {
  const { char, group, value, ...rest } = options
  // the argv pass checks it, in pflag's words
  return Object.assign(
    Flags.integer({ ...rest, ...placed(char, group), ...(value === undefined ? {} : { helpValue: value }) }),
    { isInteger: true },
  )
}

/** A flag whose value is taken only after `=`. `bare` is what the flag alone means; without it, it needs a value. */
export function optionalValue(
  options: Described & { bare?: string; choices?: readonly string[]; value?: string },
): OptionFlag<string | undefined> {
  const { char, group, bare, choices, value, ...rest } = options
  const flag = Flags.string({
    ...rest,
    ...placed(char, group),
    ...(choices === undefined ? {} : { options: [...choices] }),
    helpValue: value ?? choices?.join('|') ?? 'VALUE',
  })
  // read by the argv pass (cli/oclif-flags.ts)
  return Object.assign(flag, { optionalValue: bare === undefined ? {} : { bare } })
}

function placed(char: string | undefined, group: string | undefined): { char?: 'a'; helpGroup?: string } {
  return {
    // oclif types characters as a union of letters; which letters we use is covered by the command snapshot
    ...(char === undefined ? {} : { char: char as 'a' }),
    ...(group === undefined ? {} : { helpGroup: group }),
  }
}

const connection = 'connection'

/** Understood by every command, after its name (kubectl refuses flags before a plugin's name). */
export const globalFlags = {
  namespace: text({ char: 'n', summary: 'namespace to work in', value: 'NAME', group: connection }),
  context: text({ summary: 'kubeconfig context', value: 'NAME', group: connection }),
  kubeconfig: text({ summary: 'kubeconfig file', value: 'FILE', group: connection }),
  cluster: text({ summary: 'kubeconfig cluster', value: 'NAME', group: connection }),
  user: text({ summary: 'kubeconfig user', value: 'NAME', group: connection }),
  server: text({ char: 's', summary: 'address and port of the API server', value: 'URL', group: connection }),
  token: text({ summary: 'bearer token', value: 'TOKEN', group: connection }),
  username: text({ summary: 'user name for basic authentication', value: 'NAME', group: connection }),
  password: text({ summary: 'password for basic authentication', value: 'TEXT', group: connection }),
  'certificate-authority': text({ summary: 'certificate authority file', value: 'FILE', group: connection }),
  'client-certificate': text({ summary: 'client certificate file', value: 'FILE', group: connection }),
  'client-key': text({ summary: 'client key file', value: 'FILE', group: connection }),
  'tls-server-name': text({ summary: 'name to check the server certificate for', value: 'NAME', group: connection }),
  'insecure-skip-tls-verify': boolean({ summary: 'do not check the server certificate', group: connection }),
  'request-timeout': text({ summary: 'limit for one request, 0 = none', value: 'DURATION', group: connection }),
  'disable-compression': boolean({ summary: 'do not ask for compressed answers', group: connection }),
  'cache-dir': text({ summary: 'accepted for kubectl; nothing of the API is cached', value: 'DIR', group: connection }),
  as: text({ summary: 'user to impersonate', value: 'USER', group: connection }),
  'as-uid': text({ summary: 'UID to impersonate', value: 'UID', group: connection }),
  'as-group': texts({ summary: 'group to impersonate, repeatable', value: 'GROUP', group: connection }),
  'as-user-extra': texts({ summary: 'extra field to impersonate, repeatable', value: 'KEY=VALUE', group: connection }),
  'warnings-as-errors': boolean({ summary: 'a warning of the server is an error', group: connection }),
  v: integer({
    char: 'v',
    summary: 'log level: 6 requests, 7 headers, 8 bodies, 9 stack traces',
    value: 'N',
    group: connection,
  }),
  color: optionalValue({ summary: 'colour the output', choices: ['auto', 'always', 'never'], group: 'output' }),
  'trust-file': boolean({
    summary: 'let the project’s .kubectl-canary.yaml say what only yours may',
    group: connection,
  }),
  help: boolean({ char: 'h', summary: 'show help', group: connection }),
}

/** How a command's result is printed. */
export const outputFlags = {
  output: text({
    char: 'o',
    summary: 'table|wide|json|yaml|name|info|ndjson|jsonpath=|custom-columns=',
    value: 'FORMAT',
    group: 'output',
  }),
  'no-headers': boolean({ summary: 'no header line', group: 'output' }),
  'show-managed-fields': boolean({ summary: 'keep metadata.managedFields in json and yaml', group: 'output' }),
  'allow-missing-template-keys': boolean({ summary: 'a missing field prints nothing', default: true, group: 'output' }),
}

/** Which objects a listing shows. */
export const selectionFlags = {
  'all-namespaces': boolean({ char: 'A', summary: 'all namespaces', group: 'selection' }),
  selector: text({ char: 'l', summary: 'label selector', value: 'SELECTOR', group: 'selection' }),
  'field-selector': text({ summary: 'field selector', value: 'SELECTOR', group: 'selection' }),
  'chunk-size': integer({ summary: 'objects per page, 0 = all at once', value: 'N', min: 0, group: 'selection' }),
  'ignore-not-found': boolean({ summary: 'an object that does not exist is no error', group: 'selection' }),
}

export const sortFlag = {
  'sort-by': text({ summary: 'sort by this field, a JSONPath', value: 'JSONPATH', group: 'output' }),
}

export const watchFlags = {
  watch: boolean({ char: 'w', summary: 'keep watching', group: 'watching' }),
  'watch-only': boolean({ summary: 'watch without listing first', group: 'watching' }),
  'output-watch-events': boolean({ summary: 'print {type, object} documents', group: 'watching' }),
}

export const exitStatusFlag = {
  'exit-status': boolean({ summary: 'answer with 3 (degraded) and 5 (not yet) too', group: 'output' }),
}

/** Every command that changes something. */
export const writeFlags = {
  'dry-run': optionalValue({
    summary: 'print the requests (client) or let the server check them',
    choices: ['none', 'client', 'server'],
    group: 'writing',
  }),
  'field-manager': text({ summary: 'name of the field manager (kubectl-canary)', value: 'NAME', group: 'writing' }),
  reason: text({ summary: 'why, for the record', value: 'TEXT', group: 'writing' }),
  event: boolean({ summary: 'leave a Kubernetes Event with user, step and reason', group: 'writing' }),
  'show-request': boolean({ summary: 'print what was sent', group: 'writing' }),
  yes: boolean({ char: 'y', summary: 'do it without asking', group: 'writing' }),
}

/** Preconditions of a write: refused (exit code 7) when they do not hold. */
export const expectFlags = {
  'expect-step': integer({
    summary: 'refuse unless at this step (status.currentStepIndex)',
    value: 'N',
    min: 0,
    group: 'preconditions',
  }),
  'expect-weight': integer({ summary: 'refuse unless at this weight', value: 'N', min: 0, group: 'preconditions' }),
  'expect-revision': integer({ summary: 'refuse unless at this revision', value: 'N', min: 1, group: 'preconditions' }),
  'expect-image': text({ summary: 'refuse unless it runs this image', value: 'REPO:TAG', group: 'preconditions' }),
}
