import type { KubeObject } from '../../context/kube-object.ts'
import type { Pod, PodSpec } from '../../kube/core-objects.ts'
import { pods, resourceQuotas } from '../../kube/resource-types.ts'
import { parseQuantity } from '../../values/quantity.ts'
import type { Environment } from './environment.ts'

type Quota = KubeObject & { spec?: { hard?: Record<string, string> } }

/**
 * Why a quota of the namespace refuses one more pod, worded as the API server's admission words it; undefined when it
 * fits. Counted: pods, and requests and limits of cpu and memory.
 */
export function quotaRefusal(
  environment: Environment,
  namespace: string,
  podName: string,
  spec: PodSpec,
): string | undefined {
  const { store } = environment
  for (const quota of store.all<Quota>(resourceQuotas, namespace)) {
    const hard = quota.spec?.hard ?? {}
    const running = store.all<Pod>(pods, namespace)
    const exceeded = Object.keys(hard)
      .map(name => ({
        name,
        requested: usage(name, [spec]),
        used: usage(
          name,
          running.map(each => each.spec ?? {}),
        ),
        limited: parseQuantity(hard[name] ?? '0'),
      }))
      .filter(each => each.requested > 0n && each.used + each.requested > each.limited)
    if (exceeded.length === 0) continue
    const list = (which: 'requested' | 'used' | 'limited') =>
      exceeded
        .map(each => `${each.name}=${which === 'limited' ? hard[each.name] : amount(each.name, each[which])}`)
        .join(',')
    const what = `requested: ${list('requested')}, used: ${list('used')}, limited: ${list('limited')}`
    return `pods "${podName}" is forbidden: exceeded quota: ${quota.metadata.name}, ${what}`
  }
  return undefined
}

/** in nanos, as quantities are read */
function usage(name: string, specs: readonly PodSpec[]): bigint {
  if (name === 'pods' || name === 'count/pods') return BigInt(specs.length) * unit
  const match = /^(?:(requests|limits)\.)?(cpu|memory)$/.exec(name)
  if (!match) return 0n
  const [, kind = 'requests', resource = ''] = match
  const of = (spec: PodSpec) =>
    (spec.containers ?? []).map(each => each.resources?.[kind as 'requests' | 'limits']?.[resource] ?? '0')
  return specs.flatMap(of).reduce((sum, text) => sum + parseQuantity(text), 0n)
}

const unit = 1_000_000_000n

function amount(name: string, nanos: bigint): string {
  const value = Number(nanos) / 1e9
  if (name.endsWith('cpu')) return Number.isInteger(value) ? String(value) : `${Math.round(value * 1000)}m`
  if (!name.endsWith('memory')) return String(value)
  const mebi = value / 2 ** 20
  return Number.isInteger(mebi / 1024) ? `${mebi / 1024}Gi` : Number.isInteger(mebi) ? `${mebi}Mi` : String(value)
}
