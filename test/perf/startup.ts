import { readFileSync } from 'node:fs'
import type { Cluster } from '../cluster/cluster.ts'
import type { Bench } from './run.ts'

const namespace = 'perf'
const path = `/apis/argoproj.io/v1alpha1/namespaces/${namespace}/rollouts/loans-api`

/** One small answer: what is measured is how long the program takes to be there. */
export async function startupBench(
  cluster: Cluster,
  runtimes: Readonly<Record<string, readonly string[]>>,
): Promise<Bench> {
  await cluster.kubectl(['create', 'namespace', namespace])
  await cluster.kubectl(
    ['-n', namespace, 'apply', '-f', '-'],
    readFileSync('examples/loans-api/rollout-loans-api.yaml', 'utf8'),
  )
  await cluster.kubectl([
    '-n',
    namespace,
    'wait',
    'rollout/loans-api',
    '--for=jsonpath={.status.phase}=Healthy',
    '--timeout=120s',
  ])
  const env = { KUBECONFIG: cluster.kubeconfig }
  const bars: Record<string, string> = {
    binary: '<= 0.8',
    'npm install, this Node': '<= 2.4 (Node 20)',
    'npm install, Node 24': '<= 2.0',
  }
  return {
    baseline: { name: 'kubectl get --raw', argv: [cluster.bin('kubectl'), 'get', '--raw', path], env },
    candidates: Object.entries(runtimes).flatMap(([name, program]) => {
      const bar = bars[name] ?? ''
      const canary = (...words: string[]) => [...program, ...words]
      return [
        {
          name: `status, ${name}`,
          argv: canary('rollout', 'status', 'loans-api', '-n', namespace, '--watch=false'),
          env,
          bar,
        },
        { name: `TAB on a flag, ${name}`, argv: canary('__complete', 'rollout', 'status', '--wat'), env, bar },
        {
          name: `TAB on a name, ${name}`,
          argv: canary('__complete', 'rollout', 'status', '-n', namespace, 'lo'),
          env,
          bar: `${bar} x1.1`,
        },
      ]
    }),
  }
}
