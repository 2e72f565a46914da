import type { TestProject } from 'vitest/node'
import { startCluster } from './cluster.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** name of the cluster that all test files share */
    clusterName: string
  }
}

/** One cluster for the whole run; `CLUSTER_NAME` finds one that is already up, which makes writing tests quick. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { CLUSTER_NAME: name } = process.env
  const cluster = await startCluster(name ? { name } : {})
  project.provide('clusterName', cluster.name)
  return () => cluster.down()
}
