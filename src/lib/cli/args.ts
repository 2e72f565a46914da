import * as Args from '@oclif/core/args'
import type { Arg } from '@oclif/core/interfaces'

/** Names of objects. Not required by the parser: a selector may stand in for them, and our own message says more. */
export function names(what: string): Arg<string[] | undefined> {
  return Args.string({ description: what, multiple: true, ignoreStdin: true })
}

export function name(what: string): Arg<string | undefined> {
  return Args.string({ description: what, ignoreStdin: true })
}
