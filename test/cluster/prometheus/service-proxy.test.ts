import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { KubeClient } from '../../../src/lib/context/kube-client.ts'
import { connect } from '../../../src/lib/kube/connect.ts'
import { PrometheusConnector } from '../../../src/lib/prometheus/connector.ts'
import { realTime } from '../../unit/prometheus/scripted-prometheus.ts'
import { type Cluster, startCluster } from '../cluster.ts'

/** Nothing answers at a Service's address here, so this is about what the API server itself says. */
describe('a Prometheus behind a real API server', () => {
  let cluster: Cluster
  let client: KubeClient
  const namespace = 'service-proxy'

  beforeAll(async () => {
    cluster = await startCluster({ name: inject('clusterName') })
    await cluster.api.apply(`/api/v1/namespaces/${namespace}`, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    })
    await cluster.api.apply(`/api/v1/namespaces/${namespace}/services/prometheus`, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'prometheus', namespace },
      spec: { ports: [{ name: 'web', port: 9090 }], selector: { app: 'none' } },
    })
    client = await connect({ kubeconfig: cluster.kubeconfig }, realTime())
  }, 60_000)

  afterAll(() => client?.close())

  it.each([
    { address: `svc/${namespace}/prometheus`, says: 'no endpoints available for service "prometheus"' },
    { address: `svc/${namespace}/prometheus:web`, says: 'no endpoints available for service "prometheus"' },
    { address: `svc/${namespace}/absent`, says: 'services "absent" not found' },
    { address: `svc/${namespace}/absent:80`, says: 'services "absent" not found' },
  ])('that is not there: $address', async ({ address, says }) => {
    const prometheus = new PrometheusConnector({ address }, realTime({ client })).client()
    await expect(prometheus.query('up', { timeoutMs: 10_000 })).rejects.toThrow(
      expect.objectContaining({ message: `Get "${address}/api/v1/query": the API server: ${says}` }),
    )
  })

  it('that somebody may not ask says what permission it takes', async () => {
    const kubeconfig = await cluster.kubeconfigFor({ name: 'nobody', groups: [] })
    const stranger = await connect({ kubeconfig }, realTime())
    const connector = new PrometheusConnector(
      { address: `svc/${namespace}/prometheus:web` },
      realTime({ client: stranger }),
    )
    await expect(connector.client().query('up')).rejects.toThrow(
      expect.objectContaining({
        reason: 'Forbidden',
        message: expect.stringContaining('User "nobody" cannot get resource "services/proxy"'),
        hints: expect.arrayContaining([expect.stringMatching(/kubectl port-forward -n service-proxy svc\/prometheus/)]),
      }),
    )
    stranger.close()
  })
})
