import { type Icon, icons } from './icons.ts'
import type { Style } from './style.ts'

/** Colour of a state's symbol (argo-rollouts pkg/kubectl-argo-rollouts/cmd/get). */
export function iconStyle(icon: Icon): Style | undefined {
  switch (icon) {
    case icons.waiting:
    case icons.unknown:
    case icons.paused:
      return 'yellow'
    case icons.progressing:
      return 'blue'
    case icons.warning:
    case icons.bad:
      return 'red'
    case icons.ok:
      return 'green'
    default:
      return undefined
  }
}

/** Colour of a role of a ReplicaSet. */
export function tagStyle(tag: string): Style | undefined {
  switch (tag) {
    case 'canary':
      return 'yellow'
    case 'stable':
    case 'active':
      return 'green'
    case 'preview':
    case 'ping':
    case 'pong':
      return 'blue'
    default:
      return undefined
  }
}
