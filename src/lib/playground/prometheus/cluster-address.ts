/** Names of Services behind which a Prometheus, or a program that speaks its API, is commonly found. */
const queryEngine = /prometheus|thanos|mimir|cortex|victoria|vmselect|vmsingle|query-?frontend/i

/** Whether a Service of this name is answered by the embedded engine. */
export const isQueryEngine = (serviceName: string): boolean => queryEngine.test(serviceName)

/**
 * Whether an address leads to such a Service of this cluster: `NAME`, `NAME.NAMESPACE`, `NAME.NAMESPACE.svc` and so on,
 * which only resolve within a cluster.
 */
export function isQueryEngineAddress(host: string): boolean {
  const [name = '', ...rest] = host.toLowerCase().replace(/\.$/, '').split('.')
  const isInternal = rest.length <= 1 || (rest[1] === 'svc' && ['', 'cluster.local'].includes(rest.slice(2).join('.')))
  return isInternal && isQueryEngine(name)
}
