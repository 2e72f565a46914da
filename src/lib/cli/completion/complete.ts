import type { Config } from '../../config/config.ts'
import { loadConfig } from '../../config/load-config.ts'
import type { ConnectionOptions } from '../../kube/connection-options.ts'
import type { Host } from '../host.ts'
import { completeWords } from './complete-words.ts'
import { type Candidate, type Completion, type CompletionTable, directives } from './completion-command.ts'

/**
 * Answers a TAB in cobra's protocol, which kubectl and its shell scripts speak: a candidate a line, with its description
 * after a tab, then `:` and the directive. Says nothing on
 * stderr; what fails gives no candidates.
 *
 * @param words as kubectl passes them to `kubectl_complete-canary`: the last one is being typed
 */
export async function complete(
  words: readonly string[],
  table: CompletionTable,
  host: Host,
  options: { descriptions?: boolean } = {},
): Promise<void> {
  const { candidates, directive } = await answer(words, table, host)
  const lines = candidates.map(({ value, description }) =>
    description === undefined || options.descriptions === false ? value : `${value}\t${description}`,
  )
  host.writeOutput(`${[...lines, `:${directive}`].join('\n')}\n`)
}

interface Answer {
  candidates: readonly Candidate[]
  directive: number
}

async function answer(words: readonly string[], table: CompletionTable, host: Host): Promise<Answer> {
  try {
    const completion = completeWords(words, table)
    return completion.kind === 'candidates' ? completion : await fetched(completion, host)
  } catch {
    return { candidates: [], directive: directives.noFiles }
  }
}

async function fetched(completion: Completion & { kind: 'fetch' }, host: Host): Promise<Answer> {
  const { source, before, startsWith, except, flags } = completion
  const { fetchCandidates } = await import('./fetch-candidates.ts')
  const { config } = await loadConfig(host)
  const context = host.createContext({ connection: connectionFrom(flags, config), color: 'never' })
  const found = await fetchCandidates(source, flags.kubeconfig?.at(-1), context)
  const candidates = found
    .filter(({ value }) => value.startsWith(startsWith) && !except.includes(value) && isOneWord(value))
    .map(candidate => ({ ...candidate, value: before + candidate.value }))
  return { candidates, directive: directives.noFiles }
}

/** The shell scripts read lines, and tabs as separators. */
const isOneWord = (text: string): boolean => !/[\x00-\x1f\x7f-\x9f]/.test(text)

/** The connection flags among those that are typed already; a wrong value shows when the command is run. */
function connectionFrom(flags: Readonly<Record<string, readonly string[]>>, config: Config): ConnectionOptions {
  const last = (name: string): string | undefined => flags[name]?.at(-1)
  const given = {
    kubeconfig: last('kubeconfig'),
    context: last('context') ?? config.context,
    cluster: last('cluster'),
    user: last('user'),
    namespace: last('namespace') ?? config.namespace,
    server: last('server'),
    token: last('token'),
    username: last('username'),
    password: last('password'),
    certificateAuthority: last('certificate-authority'),
    clientCertificate: last('client-certificate'),
    clientKey: last('client-key'),
    tlsServerName: last('tls-server-name'),
    insecureSkipTlsVerify: last('insecure-skip-tls-verify') === 'true' || undefined,
    requestTimeout: '2s',
    as: last('as'),
    asUid: last('as-uid'),
    asGroup: flags['as-group'],
    asUserExtra: flags['as-user-extra'],
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}
