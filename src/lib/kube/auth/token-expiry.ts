/**
 * When a bearer token says that it ends, in ms since the epoch; undefined for a token that is no JWT or names no end.
 * Nothing is verified: this is for telling the user why the server may have refused it.
 */
export function tokenExpiryMs(token: string): number | undefined {
  const [, payload, signature] = token.split('.')
  if (!payload || signature === undefined) return undefined
  try {
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { exp?: unknown } | null
    return typeof claims?.exp === 'number' ? claims.exp * 1000 : undefined
  } catch {
    return undefined
  }
}
