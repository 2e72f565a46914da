import type { KubeObject } from '../context/kube-object.ts'
import type { Pod } from '../kube/core-objects.ts'
import { analysisRuns, rollouts } from '../kube/resource-types.ts'
import type { PodBehavior } from './controllers/pod-behavior.ts'
import { loansApiRollout, successRateCheck } from './example-manifests.ts'
import type { Playground } from './playground.ts'
import type { TrafficBehavior } from './traffic/traffic-behavior.ts'

/** A part of the story: what is told, what is done to the cluster, and which commands show it. */
export interface Scene {
  title: string
  text: string
  /** done to the cluster before the commands run */
  before?: (playground: Playground) => Promise<void>
  commands: SceneCommand[]
}

export interface SceneCommand {
  line: string | ((playground: Playground) => string)
  /** the exit code that it must end with */
  exits: number
  /** lets minutes of the cluster pass, faster than the rest */
  isLong?: boolean
}

export const namespace = 'loans'
const name = 'loans-api'
const image = (tag: string) => `docker.io/akshitmadanharness/loans-api:${tag}`

/** Exit codes as the table in the design has them: 5 not yet, 3 negative. */
export const scenes: readonly Scene[] = [
  {
    title: 'A rollout is deployed',
    text: 'The manifest of examples/loans-api is applied: two pods, and a canary of seven steps for every new version.',
    before: async playground => {
      const { parse } = await import('yaml')
      playground.apply([parse(loansApiRollout) as KubeObject], namespace)
    },
    commands: [
      { line: `rollout status ${name} --timeout 5m`, exits: 0 },
      { line: `rollout get ${name}`, exits: 0 },
    ],
  },
  {
    title: 'Version 1.1.0 comes in',
    text: 'One pod of the new version starts, takes its share, and the rollout stops at the first pause.',
    commands: [
      { line: `rollout set-image ${name} ${name}=${image('1.1.0')} --wait`, exits: 0 },
      { line: 'rollout list', exits: 0 },
      { line: `rollout get ${name}`, exits: 0 },
    ],
  },
  {
    title: 'It is good, and goes on',
    text: 'Each promote ends the pause that it has seen, and no other.',
    commands: [
      { line: `rollout promote ${name} --expect-step 1 --wait`, exits: 0 },
      { line: `rollout promote ${name} --expect-step 3 --wait`, exits: 0 },
      { line: `rollout promote ${name} --expect-step 5 --wait`, exits: 0 },
      { line: `rollout status ${name} --watch=false`, exits: 0 },
    ],
  },
  {
    title: 'Version 1.2.0 breaks its pods',
    text: 'The new pod ends as soon as it has started. Users notice nothing: the stable version still serves them all.',
    commands: [
      { line: `rollout set-image ${name} ${name}=${image('1.2.0')}`, exits: 0 },
      { line: `rollout status ${name} --timeout 40s`, exits: 6 },
      { line: `rollout get ${name}`, exits: 0 },
      { line: `rollout explain ${name}`, exits: 0 },
    ],
  },
  {
    title: 'Back, by hand',
    text: 'abort sends everything back to the stable version; undo takes the bad image out of the spec.',
    commands: [
      { line: `rollout abort ${name} --wait`, exits: 0 },
      { line: `rollout status ${name} --watch=false`, exits: 3 },
      { line: `rollout undo ${name} --wait`, exits: 0 },
      { line: `rollout get ${name}`, exits: 0 },
    ],
  },
  {
    title: 'Version 1.3.0 looks fine, and is not',
    text:
      'The rollout has got an analysis after its first pause: success-rate-check of examples/loans-api, as it is, asks\n' +
      'Prometheus about the new pods every five minutes. These are Ready, and answer every third request with a 500.\n' +
      'At the end ten minutes of the cluster pass in a moment.',
    before: addAnalysis,
    commands: [
      { line: `rollout set-image ${name} ${name}=${image('1.3.0')}`, exits: 0 },
      { line: `rollout wait ${name} --for step=2 --timeout 5m`, exits: 0 },
      { line: `rollout get ${name}`, exits: 0 },
      { line: `rollout status ${name}`, exits: 3, isLong: true },
    ],
  },
  {
    title: 'Back, by itself',
    text: 'The third bad measurement has aborted the update: the stable version serves everything again.',
    commands: [
      { line: `rollout get ${name}`, exits: 0 },
      { line: playground => `analysis get ${latestRun(playground)}`, exits: 0 },
      { line: `rollout explain ${name}`, exits: 0 },
      { line: `rollout undo ${name} --wait`, exits: 0 },
    ],
  },
]

/** Of the releases the second crashes for want of a setting. */
export function broken(pod: Pod): Partial<PodBehavior> | undefined {
  if (pod.spec?.containers?.[0]?.image !== image('1.2.0')) return undefined
  const log = [
    'loans-api 1.2.0 starting',
    'reading configuration',
    'FATAL configuration: key "rates.provider" is missing, and has no default since 1.2.0',
  ]
  return { kind: 'crash', log }
}

/** The pods of the third release are Ready and answer with errors. */
export function failing(pod: Pod): Partial<TrafficBehavior> | undefined {
  return pod.spec?.containers?.[0]?.image === image('1.3.0') ? { errorRate: 0.35 } : undefined
}

/** The template, Services that tell the versions apart, and the step that uses both. */
async function addAnalysis(playground: Playground): Promise<void> {
  const { parse } = await import('yaml')
  const services = ['stable', 'canary'].map(version => `${name}-${version}`)
  const spec = { selector: { app: name }, ports: [{ port: 80, targetPort: 8083 }] }
  playground.apply(
    [
      parse(successRateCheck) as KubeObject,
      ...services.map(service => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: service }, spec })),
    ],
    namespace,
  )
  const [stableService, canaryService] = services
  const analysis = {
    templates: [{ templateName: 'success-rate-check' }],
    args: [{ name: 'service-name', value: canaryService }],
  }
  const steps = [{ setWeight: 10 }, { pause: { duration: '1m' } }, { analysis }, { setWeight: 50 }, { pause: {} }]
  const body = { spec: { strategy: { canary: { stableService, canaryService, steps } } } }
  playground.store.patch(rollouts, { namespace, name }, { type: 'merge', body }, { manager: 'kubectl' })
  // a first use of the engines takes seconds of the cluster's time
  await Promise.all([playground.simulation.prepareAnalyses(), import('../promql/promql.ts')])
}

const latestRun = ({ store }: Playground) => store.all(analysisRuns, namespace).at(-1)?.metadata.name ?? ''
