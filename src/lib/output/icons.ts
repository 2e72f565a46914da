/** Symbols for kinds and states, as upstream's tree has them (argo-rollouts info/info.go). A state is never told by its
 * symbol or colour alone: the word stands next to it. */

export const kindIcons: Readonly<Record<string, string>> = {
  Rollout: '⟳',
  Revision: '#',
  ReplicaSet: '⧉',
  Pod: '□',
  Job: '⊞',
  Experiment: 'Σ',
  AnalysisRun: 'α',
}

export const icons = {
  waiting: '◷',
  progressing: '◌',
  warning: '⚠',
  unknown: '?',
  ok: '✔',
  bad: '✖',
  paused: '॥',
  neutral: '•',
  none: ' ',
} as const
export type Icon = (typeof icons)[keyof typeof icons]

const rolloutIcons: Readonly<Record<string, Icon>> = {
  Progressing: icons.progressing,
  Error: icons.warning,
  InvalidSpec: icons.warning,
  Paused: icons.paused,
  Healthy: icons.ok,
  Degraded: icons.bad,
  Unknown: icons.unknown,
  ScaledDown: icons.neutral,
  // ours: the version that was asked for is not there yet
  Pending: icons.waiting,
}

export function rolloutIcon(phase: string): Icon {
  return rolloutIcons[phase] ?? icons.none
}

const replicaSetIcons: Readonly<Record<string, Icon>> = {
  Healthy: icons.ok,
  Progressing: icons.progressing,
  ScaledDown: icons.neutral,
  ReplicaFailure: icons.bad,
}

export function replicaSetIcon(status: string): Icon {
  return replicaSetIcons[status] ?? icons.none
}

const analysisIcons: Readonly<Record<string, Icon>> = {
  Successful: icons.ok,
  Inconclusive: icons.unknown,
  Failed: icons.bad,
  Error: icons.warning,
  Running: icons.progressing,
  Pending: icons.waiting,
}

/** For analysis runs, experiments and jobs. */
export function analysisIcon(phase: string): Icon {
  return analysisIcons[phase] ?? icons.none
}

/** Follows argo-rollouts info/pod_info.go, podIcon; what it does not know has a blank. */
export function podIcon(status: string): Icon {
  if (status.startsWith('Init:')) return icons.progressing
  if (status.startsWith('Signal:') || status.startsWith('ExitCode:')) return icons.bad
  if (status.endsWith('Error') || status.startsWith('Err')) return icons.warning
  switch (status) {
    case 'Pending':
    case 'Terminating':
    case 'ContainerCreating':
      return icons.progressing
    case 'Running':
    case 'Completed':
      return icons.ok
    case 'Failed':
    case 'InvalidImageName':
    case 'CrashLoopBackOff':
      return icons.bad
    case 'ImagePullBackOff':
    case 'RegistryUnavailable':
      return icons.warning
    case 'Unknown':
      return icons.unknown
    default:
      return icons.none
  }
}
