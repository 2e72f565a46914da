import type { CommandTable } from './lib/cli/static-plugin.ts'

/** Every command and where it lives; the bundle loads only the one that runs. A test holds this to src/commands/. */
export const commands = {
  version: () => import('./commands/version.ts'),
} satisfies CommandTable

export const topics = {
  rollout: { description: 'look at Argo Rollouts, and move them' },
  experiment: { description: 'look at experiments, retry and terminate them' },
  config: { description: 'the settings in force, and their schema' },
}
