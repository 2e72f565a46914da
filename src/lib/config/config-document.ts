import { apiVersion } from '../events/event.ts'
import { type LoadedConfig, type Origin, originText, pathText } from './config.ts'

/** `config view -o json`: every value that is set, where it came from, and what was looked at in vain. */
export interface ConfigDocument {
  apiVersion: typeof apiVersion
  kind: 'ConfigView'
  settings: { path: string; value: unknown; origin: Origin & { text: string } }[]
  warnings: readonly string[]
}

/** The settings in force by path. */
export function configDocument({ settings, warnings }: LoadedConfig): ConfigDocument {
  const shown = settings
    .map(({ path, value, origin }) => ({
      path: pathText(path),
      value,
      origin: { ...origin, text: originText(origin) },
    }))
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
  return { apiVersion, kind: 'ConfigView', settings: shown, warnings }
}
