import { readFileSync } from 'node:fs'
import { get } from 'node:http'
import { Agent, get as getSecure } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { certificateFile, keyFile } from './certificates.ts'
import { isAlive } from './processes.ts'
import { type ClusterState, type Component, type ComponentName, layout } from './state.ts'

const paths: Record<ComponentName, string> = {
  etcd: '/health',
  apiserver: '/readyz',
  'controller-manager': '/healthz',
  scheduler: '/healthz',
  kwok: '/healthz',
  'argo-rollouts': '/healthz',
  prometheus: '/-/ready',
}

const overTls: ReadonlySet<ComponentName> = new Set(['apiserver', 'controller-manager', 'scheduler'])

/** Whether a component's process runs and says that it is ready. */
export async function isHealthy(state: ClusterState, name: ComponentName): Promise<boolean> {
  const component = state.components[name]
  if (!component?.process || !isAlive(component.process)) return false
  const port = component.ports[0]
  if (overTls.has(name)) return answersOverTls(state, `https://127.0.0.1:${port}${paths[name]}`)
  return answers(`http://127.0.0.1:${port}${paths[name]}`)
}

/** Waits until a component is ready. Throws at once when its process ends, with the end of its log. */
export async function untilHealthy(state: ClusterState, name: ComponentName, timeoutMs = 60_000): Promise<void> {
  const component = state.components[name]
  if (!component) throw new Error(`cluster "${state.name}" has no ${name}`)
  const deadline = Date.now() + timeoutMs
  while (!(await isHealthy(state, name))) {
    if (!component.process || !isAlive(component.process)) {
      throw new Error(`${name} ended while it started:\n${logTail(component)}`)
    }
    if (Date.now() > deadline)
      throw new Error(`${name} is not ready after ${timeoutMs / 1000} s:\n${logTail(component)}`)
    await sleep(50)
  }
}

/** Last lines that a component wrote. */
export function logTail(component: Component, lines = 15): string {
  try {
    return readFileSync(component.logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')
  } catch {
    return '(no log)'
  }
}

function answers(url: string): Promise<boolean> {
  return new Promise(resolve => {
    const request = get(url, { timeout: 2000, agent: false }, response => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
  })
}

function answersOverTls(state: ClusterState, url: string): Promise<boolean> {
  const { certificates } = layout(state.folder)
  const read = (file: string) => readFileSync(file)
  const agent = new Agent({
    ca: read(certificateFile(certificates, 'ca')),
    cert: read(certificateFile(certificates, 'admin')),
    key: read(keyFile(certificates, 'admin')),
  })
  return new Promise(resolve => {
    const request = getSecure(url, { timeout: 2000, agent }, response => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
  })
}
