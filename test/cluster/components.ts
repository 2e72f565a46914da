import { join } from 'node:path'
import { programPath } from './build.ts'
import { certificateFile, keyFile } from './certificates.ts'
import type { Component, ComponentName, Layout } from './state.ts'

/** Ports of one cluster. */
export interface Ports {
  etcd: number
  etcdPeer: number
  apiserver: number
  controllerManager: number
  scheduler: number
  kwok: number
  rolloutsHealth: number
  rolloutsMetrics: number
}

export const portNames: readonly (keyof Ports)[] = [
  'etcd',
  'etcdPeer',
  'apiserver',
  'controllerManager',
  'scheduler',
  'kwok',
  'rolloutsHealth',
  'rolloutsMetrics',
]

/** Name of the first fake node. KWOK manages every node that exists, so that tests may add more. */
export const nodeName = (index: number) => `canary-node-${index + 1}`

/** The command lines of a cluster, in the order in which its components are started. */
export function components(at: Layout, ports: Ports): Record<Exclude<ComponentName, 'prometheus'>, Component> {
  return {
    etcd: component(at, 'etcd', etcd(at, ports), ports.etcd, ports.etcdPeer),
    apiserver: component(at, 'apiserver', apiserver(at, ports), ports.apiserver),
    'controller-manager': component(at, 'controller-manager', controllerManager(at, ports), ports.controllerManager),
    scheduler: component(at, 'scheduler', scheduler(at, ports), ports.scheduler),
    kwok: component(at, 'kwok', kwok(at, ports), ports.kwok),
    'argo-rollouts': component(
      at,
      'argo-rollouts',
      argoRollouts(at, ports),
      ports.rolloutsHealth,
      ports.rolloutsMetrics,
    ),
  }
}

/** Prometheus, which a cluster has only when it was asked for. */
export function prometheusComponent(at: Layout, port: number): Component {
  return component(at, 'prometheus', prometheus(at, port), port)
}

function component(at: Layout, name: ComponentName, argv: string[], ...ports: number[]): Component {
  return { argv, ports, logFile: join(at.logs, `${name}.log`) }
}

function etcd(at: Layout, ports: Ports): string[] {
  const client = `http://127.0.0.1:${ports.etcd}`
  const peer = `http://127.0.0.1:${ports.etcdPeer}`
  return [
    programPath('etcd'),
    `--data-dir=${join(at.data, 'etcd')}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    // The data does not outlive the cluster.
    '--unsafe-no-fsync',
    '--log-level=warn',
  ]
}

function apiserver(at: Layout, ports: Ports): string[] {
  return [
    programPath('kube-apiserver'),
    `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${ports.apiserver}`,
    ...servingFlags(at),
    `--client-ca-file=${certificateFile(at.certificates, 'ca')}`,
    `--service-account-key-file=${certificateFile(at.certificates, 'service-account')}`,
    `--service-account-signing-key-file=${keyFile(at.certificates, 'service-account')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    '--service-cluster-ip-range=10.96.0.0/16',
    // Pod logs: the API server asks the "kubelet", which is KWOK.
    `--kubelet-certificate-authority=${certificateFile(at.certificates, 'ca')}`,
    `--kubelet-client-certificate=${certificateFile(at.certificates, 'kubelet')}`,
    `--kubelet-client-key=${keyFile(at.certificates, 'kubelet')}`,
    '--kubelet-preferred-address-types=InternalIP',
    '--authorization-mode=Node,RBAC',
    '--allow-privileged=true',
    // Without it a stop waits for clients that hold watches, until it is killed.
    '--shutdown-watch-termination-grace-period=1s',
    // A loopback address may not be published as the endpoint of the service "kubernetes".
    '--endpoint-reconciler-type=none',
  ]
}

function controllerManager(at: Layout, ports: Ports): string[] {
  return [
    programPath('kube-controller-manager'),
    ...controllerFlags(at, 'controller-manager', ports.controllerManager),
    '--use-service-account-credentials=true',
    `--service-account-private-key-file=${keyFile(at.certificates, 'service-account')}`,
    `--root-ca-file=${certificateFile(at.certificates, 'ca')}`,
    '--allocate-node-cidrs=false',
    // Rollouts of hundreds of pods wait for this client otherwise.
    '--kube-api-qps=200',
    '--kube-api-burst=400',
  ]
}

function scheduler(at: Layout, ports: Ports): string[] {
  return [
    programPath('kube-scheduler'),
    ...controllerFlags(at, 'scheduler', ports.scheduler),
    '--kube-api-qps=200',
    '--kube-api-burst=400',
  ]
}

function kwok(at: Layout, ports: Ports): string[] {
  return [
    programPath('kwok'),
    `--kubeconfig=${kubeconfigFile(at, 'kwok')}`,
    '--manage-all-nodes=true',
    '--node-lease-duration-seconds=40',
    '--node-ip=127.0.0.1',
    `--node-port=${ports.kwok}`,
    `--server-address=127.0.0.1:${ports.kwok}`,
    ...servingFlags(at),
    // From the API instead of a file, so that a test can add its own.
    '--enable-crds=Stage,Logs,ClusterLogs',
  ]
}

function argoRollouts(at: Layout, ports: Ports): string[] {
  return [
    programPath('rollouts-controller'),
    `--kubeconfig=${kubeconfigFile(at, 'argo-rollouts')}`,
    '--leader-elect=false',
    // The controller listens on all interfaces and has no flag for that.
    `--healthzPort=${ports.rolloutsHealth}`,
    `--metricsPort=${ports.rolloutsMetrics}`,
    '--qps=200',
    '--burst=400',
  ]
}

function prometheus(at: Layout, port: number): string[] {
  return [
    programPath('prometheus'),
    `--config.file=${at.prometheusConfig}`,
    `--storage.tsdb.path=${join(at.data, 'prometheus')}`,
    '--storage.tsdb.retention.time=30d',
    `--web.listen-address=127.0.0.1:${port}`,
    '--web.enable-lifecycle',
    '--web.enable-admin-api',
    '--web.enable-remote-write-receiver',
  ]
}

function servingFlags(at: Layout): string[] {
  return [
    `--tls-cert-file=${certificateFile(at.certificates, 'serving')}`,
    `--tls-private-key-file=${keyFile(at.certificates, 'serving')}`,
  ]
}

function controllerFlags(at: Layout, name: 'controller-manager' | 'scheduler', port: number): string[] {
  return [
    `--kubeconfig=${kubeconfigFile(at, name)}`,
    '--leader-elect=false',
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    ...servingFlags(at),
  ]
}

/** Kubeconfig of a component's own identity. */
export function kubeconfigFile(at: Layout, user: string): string {
  return join(at.kubeconfigs, `${user}.yaml`)
}
