import { boolean, integer, outputFlags, text, texts } from './flags.ts'

const source = 'source'
const running = 'running'

/** What is run: templates of files, an analysis of a Rollout, and its arguments. */
export const analysisSourceFlags = {
  filename: texts({ char: 'f', summary: 'file or directory of manifests, - is stdin', value: 'FILE', group: source }),
  recursive: boolean({ char: 'R', summary: 'directories with everything below', group: source }),
  'from-rollout': text({ summary: 'arguments as this Rollout sends them', value: 'NAME', group: source }),
  step: integer({ summary: 'the analysis of this canary step', value: 'N', min: 0, group: source }),
  background: boolean({ summary: 'the background analysis', group: source }),
  'pre-promotion': boolean({ summary: 'the analysis before a blue-green promotion', group: source }),
  'post-promotion': boolean({ summary: 'the analysis after a blue-green promotion', group: source }),
  arg: texts({ summary: 'an argument, repeatable', value: 'NAME=VALUE', group: source }),
}

/** Flags of `analysis run`. */
export const analysisRunFlags = {
  ...outputFlags,
  ...analysisSourceFlags,
  'secret-arg': texts({
    summary: 'a secret argument, repeatable',
    value: 'NAME=env:VAR|file:PATH',
    group: source,
  }),
  prometheus: text({
    summary: 'Prometheus instead of every address',
    value: 'URL|svc/NAMESPACE/NAME[:PORT]',
    group: running,
  }),
  'provider-secret': texts({
    summary: 'a credential that the controller would read from a Secret, repeatable',
    value: 'NAME=env:VAR|file:PATH',
    group: running,
  }),
  at: text({ summary: 'on history: when the run starts', value: 'TIME|-30m', group: running }),
  once: boolean({ summary: 'every query once: values and verdicts, no schedule', group: running }),
  'dry-run': boolean({ summary: 'show metrics, arguments and queries, and measure nothing', group: running }),
  'allow-effects': boolean({ summary: 'let Jobs, web requests other than GET and Kayenta run', group: running }),
  'controller-version': text({ summary: 'whose rules: 1.9 or 1.10', value: 'VERSION', group: running }),
  'max-duration': text({ summary: 'stop the run after this time (exit code 6)', value: 'DURATION', group: running }),
  yes: boolean({ char: 'y', summary: 'with --allow-effects in a protected context', group: running }),
}
