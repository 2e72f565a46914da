import { readFlags } from '../../lib/cli/argv.ts'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { FlagTable } from '../../lib/cli/flag-table.ts'
import { globalFlags, outputFlags } from '../../lib/cli/flags.ts'
import { flagDefinitions } from '../../lib/cli/oclif-flags.ts'
import { documentFormats, show } from '../../lib/cli/show.ts'
import type { Setting } from '../../lib/config/config.ts'
import { configDocument } from '../../lib/config/config-document.ts'
import { loadConfig } from '../../lib/config/load-config.ts'
import { renderConfig } from '../../lib/output/config-view.ts'
import type { Outcome } from '../../lib/values/failure.ts'

/** Flags that are settings too, and would show here as the strongest source. */
const settingFlags = ['namespace', 'context', 'color'] as const

export default class ConfigView extends CanaryCommand {
  static override summary = 'Show the settings in force, and where each comes from'
  static override flags = outputFlags

  async run(): Promise<Outcome> {
    const { flags } = await this.read(ConfigView)
    const { stdout } = this.context
    const trustProject = flags['trust-file']
    const loaded = await loadConfig(this.context, { trustProject, flags: this.#settingsFromFlags() })
    const document = configDocument(loaded)
    const rendering = { columns: stdout.columns, color: stdout.hasColor }
    await show(
      {
        object: () => document,
        info: () => document,
        view: () => renderConfig(document, rendering, { headers: !flags['no-headers'] }),
      },
      flags,
      this.context,
      documentFormats,
    )
    return 'done'
  }

  #settingsFromFlags(): Setting[] {
    const table = new FlagTable(flagDefinitions({ ...globalFlags, ...ConfigView.flags }))
    const given = [...readFlags(this.argv, table).flags]
    return given.flatMap(([{ name }, values]) =>
      settingFlags.some(each => each === name)
        ? [{ path: [name], value: values.at(-1), origin: { kind: 'flag', flag: `--${name}` } as const }]
        : [],
    )
  }
}
