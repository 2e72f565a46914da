import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Free ports on loopback, all different.
 *
 * They are drawn below the range from which Linux and macOS take the source ports of outgoing connections (32768 and
 * 49152 upwards), not by listening on port 0: a component that is stopped for a fault test must find its port free when
 * it comes back, although hundreds of connections were opened meanwhile.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>()
  for (let attempt = 0; ports.size < count; attempt++) {
    if (attempt > 1000) throw new Error(`no ${count} free ports found between ${lowest} and ${highest}`)
    const port = randomInt(lowest, highest)
    if (!ports.has(port) && (await isFree(port))) ports.add(port)
  }
  return [...ports]
}

const lowest = 18_000
const highest = 32_000

/** Whether a server could listen on the port now. All interfaces are asked, since one of the components uses them all. */
export function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '0.0.0.0', () => server.close(() => resolve(true)))
  })
}

/** Waits until nothing listens on the port any more. */
export async function untilFree(port: number, timeoutMs = 10_000): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while (!(await isFree(port))) {
    if (Date.now() > deadline) throw new Error(`port ${port} is still in use after ${timeoutMs / 1000} s`)
    await sleep(50)
  }
}
