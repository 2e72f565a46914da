import type { Interfaces } from '@oclif/core'
import { Command } from '@oclif/core/command'
import type { Config } from '../config/config.ts'
import { loadConfig } from '../config/load-config.ts'
import type { Context } from '../context/context.ts'
import type { ConnectionOptions } from '../kube/connection-options.ts'
import type { Outcome } from '../values/failure.ts'
import { normalizeArgv } from './argv.ts'
import { globalFlags } from './flags.ts'
import type { Host } from './host.ts'
import { flagDefinitions, parserFlags } from './oclif-flags.ts'
import { guardWrite, withDefaults } from './settings.ts'

export type GlobalFlags = Interfaces.InferredFlags<typeof globalFlags>

export interface CommandInput<T extends typeof CanaryCommand> {
  flags: Interfaces.InferredFlags<T['flags']> & GlobalFlags
  args: Interfaces.InferredArgs<T['args']>
  /** all arguments, for commands that take several */
  argv: string[]
}

/**
 * A command of ours: parses its flags, calls one function of lib, hands the result to an output, and returns the outcome.
 * No client, clock, printing decision or exit code in here or in a subclass.
 */
export abstract class CanaryCommand extends Command {
  static override baseFlags = globalFlags

  #host: Host | undefined
  #context: Context | undefined
  #settings: Config = {}

  abstract override run(): Promise<Outcome>

  /** Runs the command as oclif does (init, run, catch, finally), in this host. */
  async runIn(host: Host): Promise<Outcome> {
    this.#host = host
    const outcome = await this._run<Outcome>()
    const failure = await host.warningsFailure?.()
    if (failure !== undefined) throw failure
    return outcome
  }

  /** What the command may reach; there as soon as `read` has returned. */
  protected get context(): Context {
    if (this.#context === undefined) throw new Error('the context exists once the flags are parsed')
    return this.#context
  }

  /** The configuration in force, for what is no flag's default; there as soon as `read` has returned. */
  protected get settings(): Config {
    return this.#settings
  }

  /** The flags and arguments, in kubectl's grammar; usage failures name the flag. Creates the context. */
  protected async read<T extends typeof CanaryCommand>(command: T): Promise<CommandInput<T>> {
    const flags = { ...globalFlags, ...command.flags }
    const argv = normalizeArgv(this.argv, flagDefinitions(flags))
    const output = await this.parse({ args: command.args, strict: command.strict, flags: parserFlags(flags) }, argv)
    if (this.#host === undefined) throw new Error('a command runs in a host')
    const { config, warnings } = await loadConfig(this.#host, { trustProject: Boolean(output.flags['trust-file']) })
    this.#settings = config
    const given = new Set(Object.keys(output.flags).filter(name => !output.metadata.flags[name]?.setFromDefault))
    const input = output as unknown as CommandInput<T>
    input.flags = withDefaults(input.flags, given, config)
    this.#context = this.#host.createContext({
      connection: connectionFrom(input.flags),
      color: (input.flags.color as 'auto' | 'always' | 'never' | undefined) ?? 'auto',
    })
    for (const warning of warnings) this.#context.stderr.write(`warning: ${warning}\n`)
    if (isWrite(input.flags)) await guardWrite(config, input.flags.yes, this.#context)
    return input
  }

  /** Errors end in main, the one place that words them and picks the exit code. */
  protected override async catch(error: Error): Promise<never> {
    throw error
  }
}

/**
 * A command that changes something has `--dry-run` and `--yes`; a dry run may always be looked at. One that only may
 * change something has `--allow-effects` for it.
 */
function isWrite(flags: object): flags is { yes: boolean } {
  const given = flags as { yes?: boolean; 'dry-run'?: string | boolean; 'allow-effects'?: boolean }
  const { yes, 'dry-run': dryRun, 'allow-effects': hasEffects = true } = given
  return yes !== undefined && hasEffects && dryRun !== 'client' && dryRun !== 'server' && dryRun !== true
}

function connectionFrom(flags: GlobalFlags & { 'field-manager'?: string }): ConnectionOptions {
  const given = {
    kubeconfig: flags.kubeconfig,
    context: flags.context,
    cluster: flags.cluster,
    user: flags.user,
    namespace: flags.namespace,
    server: flags.server,
    token: flags.token,
    username: flags.username,
    password: flags.password,
    certificateAuthority: flags['certificate-authority'],
    clientCertificate: flags['client-certificate'],
    clientKey: flags['client-key'],
    tlsServerName: flags['tls-server-name'],
    insecureSkipTlsVerify: flags['insecure-skip-tls-verify'] || undefined,
    requestTimeout: flags['request-timeout'],
    disableCompression: flags['disable-compression'] || undefined,
    as: flags.as,
    asUid: flags['as-uid'],
    asGroup: flags['as-group'],
    asUserExtra: flags['as-user-extra'],
    verbosity: flags.v,
    warningsAsErrors: flags['warnings-as-errors'] || undefined,
    fieldManager: flags['field-manager'],
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}
