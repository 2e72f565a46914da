import type { ConnectionOptions } from './connection-options.ts'

/**
 * The flags that a command which we suggest needs in order to reach the same server as the same user: words that can
 * be pasted into a shell. What is secret stays out.
 */
export function connectionFlags(options: ConnectionOptions): string[] {
  const flags: [string, string | undefined][] = [
    ['--kubeconfig', options.kubeconfig],
    ['--context', options.context],
    ['--cluster', options.cluster],
    ['--user', options.user],
    ['--server', options.server],
    ['--certificate-authority', options.certificateAuthority],
    ['--tls-server-name', options.tlsServerName],
    ['--as', options.as],
    ['--as-uid', options.asUid],
    ...(options.asGroup ?? []).map(group => ['--as-group', group] as [string, string]),
  ]
  const words = flags.flatMap(([flag, value]) => (value ? [flag, shellWord(value)] : []))
  return options.insecureSkipTlsVerify ? [...words, '--insecure-skip-tls-verify'] : words
}

/** What a suggested `kubectl config` command needs in order to read the same kubeconfig: ` --kubeconfig FILE`, or nothing. */
export function configFlag(options: ConnectionOptions): string {
  return options.kubeconfig ? ` --kubeconfig ${shellWord(options.kubeconfig)}` : ''
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
