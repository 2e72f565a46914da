/**
 * What the argv pass has to know of a flag. Made from oclif's flags by oclif-flags.ts, or written by hand in tests.
 *
 * - `boolean`: `--watch`, `--watch=false`, `-w`, `-w=false`
 * - `string`: always takes a value, after `=` or as the next word
 * - `optional-value`: takes a value only after `=`; bare it means `defaultWhenBare`, and without that is an error
 */
export interface FlagDefinition {
  name: string
  char?: string
  aliases?: readonly string[]
  kind: 'boolean' | 'string' | 'optional-value'
  /** `each`: every occurrence is one value (pflag's StringArray); `comma`: also split at commas (StringSlice) */
  repeatable?: 'each' | 'comma'
  defaultWhenBare?: string
  /** the only values that are accepted */
  choices?: readonly string[]
  /** the value is a whole number, within these bounds where there are some */
  integer?: { min?: number; max?: number }
}

/** Looks flags up by the words that people write for them. */
export class FlagTable {
  readonly #byName = new Map<string, FlagDefinition>()
  readonly #byChar = new Map<string, FlagDefinition>()
  readonly definitions: readonly FlagDefinition[]

  constructor(definitions: readonly FlagDefinition[]) {
    this.definitions = definitions
    for (const definition of definitions) {
      this.#byName.set(definition.name, definition)
      for (const alias of definition.aliases ?? []) {
        if (alias.length === 1) this.#byChar.set(alias, definition)
        else this.#byName.set(alias, definition)
      }
      if (definition.char !== undefined) this.#byChar.set(definition.char, definition)
    }
  }

  /** kubectl's WordSepNormalizeFunc: `--all_namespaces` is `--all-namespaces`. */
  long(name: string): FlagDefinition | undefined {
    return this.#byName.get(name) ?? this.#byName.get(name.replaceAll('_', '-'))
  }

  short(char: string): FlagDefinition | undefined {
    return this.#byChar.get(char)
  }

  names(): string[] {
    return [...this.#byName.keys()]
  }
}

/** As pflag writes a flag in its messages: `-w, --watch`. */
export function flagLabel(definition: FlagDefinition): string {
  return definition.char === undefined ? `--${definition.name}` : `-${definition.char}, --${definition.name}`
}
