import type { CommandTable } from './lib/cli/static-plugin.ts'

/** Every command and where it lives; the bundle loads only the one that runs. A test holds this to src/commands/. */
export const commands = {
  'analysis:list': () => import('./commands/analysis/list.ts'),
  'analysis:eval': () => import('./commands/analysis/eval.ts'),
  'analysis:run': () => import('./commands/analysis/run.ts'),
  'analysis:test': () => import('./commands/analysis/test.ts'),
  completion: () => import('./commands/completion.ts'),
  'config:schema': () => import('./commands/config/schema.ts'),
  'config:view': () => import('./commands/config/view.ts'),
  demo: () => import('./commands/demo.ts'),
  'experiment:get': () => import('./commands/experiment/get.ts'),
  'experiment:list': () => import('./commands/experiment/list.ts'),
  'experiment:retry': () => import('./commands/experiment/retry.ts'),
  'experiment:terminate': () => import('./commands/experiment/terminate.ts'),
  'experiment:watch': () => import('./commands/experiment/watch.ts'),
  playground: () => import('./commands/playground.ts'),
  'rollout:abort': () => import('./commands/rollout/abort.ts'),
  'rollout:diff': () => import('./commands/rollout/diff.ts'),
  'rollout:explain': () => import('./commands/rollout/explain.ts'),
  'rollout:get': () => import('./commands/rollout/get.ts'),
  'rollout:history': () => import('./commands/rollout/history.ts'),
  'rollout:list': () => import('./commands/rollout/list.ts'),
  'rollout:logs': () => import('./commands/rollout/logs.ts'),
  'rollout:pause': () => import('./commands/rollout/pause.ts'),
  'rollout:promote': () => import('./commands/rollout/promote.ts'),
  'rollout:restart': () => import('./commands/rollout/restart.ts'),
  'rollout:resume': () => import('./commands/rollout/resume.ts'),
  'rollout:retry': () => import('./commands/rollout/retry.ts'),
  'rollout:set-image': () => import('./commands/rollout/set-image.ts'),
  'rollout:status': () => import('./commands/rollout/status.ts'),
  'rollout:undo': () => import('./commands/rollout/undo.ts'),
  'rollout:wait': () => import('./commands/rollout/wait.ts'),
  'rollout:watch': () => import('./commands/rollout/watch.ts'),
  version: () => import('./commands/version.ts'),
} satisfies CommandTable

export const topics = {
  rollout: { description: 'look at Argo Rollouts, and move them' },
  analysis: { description: 'run, test and lint analysis templates, and look at analysis runs' },
  experiment: { description: 'look at experiments, retry and terminate them' },
  config: { description: 'the settings in force, and their schema' },
}
