import { type AddressInfo, createServer, type Socket } from 'node:net'

/** A server that does with a connection what no HTTP server would. */
export interface RawServer {
  url: string
  port: number
  /** what was sent to it, all connections after one another */
  seen: string[]
  stop(): Promise<void>
}

/** @param answer called when the first bytes of a connection have come */
export async function startRawServer(answer: (socket: Socket, connection: number) => void): Promise<RawServer> {
  const sockets = new Set<Socket>()
  const seen: string[] = []
  let connections = 0
  const server = createServer(socket => {
    sockets.add(socket)
    const connection = connections++
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', data => void seen.push(data.toString('latin1')))
    socket.once('data', () => answer(socket, connection))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    seen,
    stop: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}
