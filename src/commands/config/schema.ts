import { string } from '@oclif/core/args'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { schemas } from '../../lib/config/schemas.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class ConfigSchema extends CanaryCommand {
  static override summary = 'Print the JSON Schema of a file format, for editors'
  static override args = {
    kind: string({
      options: Object.keys(schemas),
      default: 'Config',
      description: 'kind of the file',
      ignoreStdin: true,
    }),
  }

  async run(): Promise<Outcome> {
    const { args } = await this.read(ConfigSchema)
    this.context.stdout.write(`${JSON.stringify(schemas[String(args.kind)]?.schema, null, 2)}\n`)
    return 'done'
  }
}
