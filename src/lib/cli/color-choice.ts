/**
 * Whether a stream gets colour: the flag wins, then NO_COLOR (non-empty), FORCE_COLOR and CLICOLOR_FORCE, then a
 * terminal that is not dumb.
 */
export function wantsColor(
  flag: 'auto' | 'always' | 'never',
  isTerminal: boolean,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (flag !== 'auto') return flag === 'always'
  if (env.NO_COLOR) return false
  const forced = env.FORCE_COLOR ?? env.CLICOLOR_FORCE
  if (forced !== undefined && forced !== '' && forced !== '0' && forced !== 'false') return true
  if (forced === '0' || forced === 'false') return false
  return isTerminal && env.TERM !== 'dumb'
}

/** The --color flag of a command line whose flags could not be parsed. */
export function colorFlagOf(argv: readonly string[]): 'auto' | 'always' | 'never' {
  const value = argv.findLast(word => word.startsWith('--color='))?.slice('--color='.length)
  return value === 'always' || value === 'never' ? value : 'auto'
}
