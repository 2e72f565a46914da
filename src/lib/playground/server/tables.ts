import type { KubeObject } from '../../context/kube-object.ts'
import type { Pod } from '../../kube/core-objects.ts'
import { podStatus } from '../../rollouts/info/pod-status.ts'
import { humanDuration } from '../../values/human-duration.ts'
import { isObject } from '../store/json.ts'
import type { ServedResource } from '../store/resource-catalog.ts'
import { selectorText } from '../store/selectors.ts'

interface Column {
  name: string
  type?: 'string' | 'integer' | 'date'
  /** 1: shown by `-o wide` only */
  priority?: 0 | 1
  cell(object: KubeObject, nowMs: number): string | number
}

/** Columns behind NAME, as the API server prints them (kubernetes pkg/printers/internalversion, argo's CRDs). */
const columnsOf: Record<string, Column[]> = {
  rollouts: [
    count('Desired', 'spec.replicas'),
    count('Current', 'status.replicas'),
    count('Up-to-date', 'status.updatedReplicas'),
    count('Available', 'status.availableReplicas'),
    age('metadata.creationTimestamp', 'date'),
  ],
  analysisruns: [text('Status', 'status.phase'), age('metadata.creationTimestamp', 'date')],
  experiments: [text('Status', 'status.phase'), age('metadata.creationTimestamp', 'date')],
  analysistemplates: [age('metadata.creationTimestamp', 'date')],
  clusteranalysistemplates: [age('metadata.creationTimestamp', 'date')],
  pods: [
    { name: 'Ready', cell: object => podCells(object).ready },
    { name: 'Status', cell: object => podCells(object).status },
    { name: 'Restarts', cell: object => String(podCells(object).restarts) },
    age('metadata.creationTimestamp'),
    wide(text('IP', 'status.podIP', '<none>')),
    wide(text('Node', 'spec.nodeName', '<none>')),
    wide({ name: 'Nominated Node', cell: () => '<none>' }),
    wide({ name: 'Readiness Gates', cell: () => '<none>' }),
  ],
  replicasets: [
    count('Desired', 'spec.replicas'),
    count('Current', 'status.replicas'),
    count('Ready', 'status.readyReplicas'),
    age('metadata.creationTimestamp'),
    wide({
      name: 'Containers',
      cell: object =>
        containersOf(object)
          .map(each => each.name)
          .join(','),
    }),
    wide({
      name: 'Images',
      cell: object =>
        containersOf(object)
          .map(each => each.image)
          .join(','),
    }),
    wide({ name: 'Selector', cell: object => selectorText(at(object, 'spec.selector') as object | undefined) }),
  ],
  deployments: [
    { name: 'Ready', cell: object => `${at(object, 'status.readyReplicas') ?? 0}/${at(object, 'spec.replicas') ?? 0}` },
    count('Up-to-date', 'status.updatedReplicas'),
    count('Available', 'status.availableReplicas'),
    age('metadata.creationTimestamp'),
  ],
  services: [
    text('Type', 'spec.type', 'ClusterIP'),
    text('Cluster-IP', 'spec.clusterIP', '<none>'),
    { name: 'External-IP', cell: () => '<none>' },
    { name: 'Port(s)', cell: portsText },
    age('metadata.creationTimestamp'),
  ],
  namespaces: [text('Status', 'status.phase'), age('metadata.creationTimestamp')],
  nodes: [
    { name: 'Status', cell: () => 'Ready' },
    { name: 'Roles', cell: () => '<none>' },
    age('metadata.creationTimestamp'),
    text('Version', 'status.nodeInfo.kubeletVersion'),
  ],
  configmaps: [data(), age('metadata.creationTimestamp')],
  secrets: [text('Type', 'type', 'Opaque'), data(), age('metadata.creationTimestamp')],
}

/** Events are told from their end: when last seen, what, about whom. */
const eventColumns: Column[] = [
  { ...age('lastTimestamp'), name: 'Last Seen' },
  text('Type', 'type'),
  text('Reason', 'reason'),
  {
    name: 'Object',
    cell: object => `${String(at(object, 'involvedObject.kind')).toLowerCase()}/${at(object, 'involvedObject.name')}`,
  },
  wide(text('Subobject', 'involvedObject.fieldPath')),
  wide(text('Source', 'source.component')),
  text('Message', 'message'),
  wide({ ...age('firstTimestamp'), name: 'First Seen' }),
  wide(count('Count', 'count')),
]

const name: Column = { name: 'Name', cell: object => object.metadata.name }

function columns({ resource }: ServedResource): Column[] {
  if (resource === 'events') return [...eventColumns, wide(name)]
  return [name, ...(columnsOf[resource] ?? [{ ...age('metadata.creationTimestamp'), name: 'Created At' }])]
}

/** `meta.k8s.io/v1 Table`, what `kubectl get` prints; the rows carry the objects as far as `includeObject` says. */
export function tableOf(
  resource: ServedResource,
  objects: readonly KubeObject[],
  metadata: object,
  options: { nowMs: number; includeObject: string; withColumns?: boolean },
): object {
  const all = columns(resource)
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: options.withColumns === false ? null : all.map(definition),
    rows: objects.map(object => ({
      cells: all.map(column => column.cell(object, options.nowMs)),
      ...(options.includeObject === 'None' ? {} : { object: rowObject(object, options.includeObject) }),
    })),
  }
}

const definition = ({ name, type = 'string', priority = 0 }: Column) => ({
  name,
  type,
  format: name === 'Name' ? 'name' : '',
  description: '',
  priority,
})

function rowObject(object: KubeObject, include: string): object {
  if (include === 'Object') return object
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata }
}

function at(object: unknown, path: string): unknown {
  let value = object
  for (const key of path.split('.')) value = isObject(value) ? value[key] : undefined
  return value
}

function text(name: string, path: string, otherwise = ''): Column {
  return { name, cell: object => String(at(object, path) ?? otherwise) }
}

function count(name: string, path: string): Column {
  return { name, type: 'integer', cell: object => Number(at(object, path) ?? 0) }
}

function age(path: string, type: 'string' | 'date' = 'string'): Column {
  return {
    name: 'Age',
    type,
    cell: (object, nowMs) => {
      const time = at(object, path)
      return typeof time === 'string' ? humanDuration(nowMs - Date.parse(time)) : '<unknown>'
    },
  }
}

function wide(column: Column): Column {
  return { ...column, priority: 1 }
}

function data(): Column {
  return { name: 'Data', type: 'integer', cell: object => Object.keys((at(object, 'data') ?? {}) as object).length }
}

function podCells(object: KubeObject): { ready: string; status: string; restarts: number } {
  const { status, readyContainers, containers, restarts } = podStatus(object as Pod)
  return { ready: `${readyContainers}/${containers}`, status, restarts }
}

function containersOf(object: KubeObject): { name: string; image?: string }[] {
  return (at(object, 'spec.template.spec.containers') ?? []) as { name: string; image?: string }[]
}

function portsText(object: KubeObject): string {
  const ports = (at(object, 'spec.ports') ?? []) as { port: number; protocol?: string }[]
  return ports.length === 0 ? '<none>' : ports.map(each => `${each.port}/${each.protocol ?? 'TCP'}`).join(',')
}
