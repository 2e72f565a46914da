/**
 * Whether writes in a kubeconfig context need a yes: one of the patterns matches its whole name. `*` stands for any
 * letters, `?` for one; nothing else is special.
 */
export function isProtectedContext(contextName: string, patterns: readonly string[] = []): boolean {
  return patterns.some(pattern => globToRegExp(pattern).test(contextName))
}

function globToRegExp(pattern: string): RegExp {
  const parts = [...pattern].map(letter => {
    if (letter === '*') return '.*'
    return letter === '?' ? '.' : letter.replace(/[\\^$.|+()[\]{}]/g, '\\$&')
  })
  return new RegExp(`^${parts.join('')}$`, 'su')
}
