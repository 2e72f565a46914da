import type { CommandTable } from './lib/cli/static-plugin.ts'

/** Every command and where it lives; the bundle loads only the one that runs. A test holds this to src/commands/. */
export const commands = {
  'experiment:get': () => import('./commands/experiment/get.ts'),
  'experiment:list': () => import('./commands/experiment/list.ts'),
  'experiment:watch': () => import('./commands/experiment/watch.ts'),
  'rollout:get': () => import('./commands/rollout/get.ts'),
  'rollout:history': () => import('./commands/rollout/history.ts'),
  'rollout:list': () => import('./commands/rollout/list.ts'),
  'rollout:status': () => import('./commands/rollout/status.ts'),
  'rollout:watch': () => import('./commands/rollout/watch.ts'),
  version: () => import('./commands/version.ts'),
} satisfies CommandTable

export const topics = {
  rollout: { description: 'look at Argo Rollouts, and move them' },
  experiment: { description: 'look at experiments, retry and terminate them' },
  config: { description: 'the settings in force, and their schema' },
}
