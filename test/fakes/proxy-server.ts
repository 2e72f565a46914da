import { createServer, request as httpRequest, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect, createServer as createSocketServer, type Server, type Socket } from 'node:net'

/** A proxy on a free loopback port that sends every connection to one port here, whatever host was asked for. */
export interface ProxyServer {
  port: number
  /** `CONNECT host:port`, `GET http://host/path`, `SOCKS host:port` */
  asked: string[]
  /** Proxy-Authorization, or `user:password` of SOCKS */
  credentials: (string | undefined)[]
  stop(): Promise<void>
}

export async function startProxy(target: () => number, refuseWith?: number): Promise<ProxyServer> {
  const asked: string[] = []
  const credentials: (string | undefined)[] = []
  const sockets = new Set<Socket>()
  const server = createServer((incoming, response) => {
    asked.push(`${incoming.method} ${incoming.url}`)
    credentials.push(incoming.headers['proxy-authorization'])
    const { pathname, search } = new URL(incoming.url ?? '')
    const onward = httpRequest({
      port: target(),
      method: incoming.method,
      path: pathname + search,
      headers: incoming.headers,
    })
    onward.on('response', answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    incoming.pipe(onward)
  })
  server.on('connect', (incoming: IncomingMessage, socket: Socket) => {
    asked.push(`CONNECT ${incoming.url}`)
    credentials.push(incoming.headers['proxy-authorization'])
    if (refuseWith) return socket.end(`HTTP/1.1 ${refuseWith} No\r\n\r\n`)
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    joinTo(target(), socket, sockets)
  })
  return { asked, credentials, ...(await listening(server, sockets)) }
}

/** SOCKS5; with a password when `user` is given. */
export async function startSocksProxy(target: () => number, user?: string): Promise<ProxyServer> {
  const asked: string[] = []
  const credentials: (string | undefined)[] = []
  const sockets = new Set<Socket>()
  const server = createSocketServer(socket => {
    let stage: 'greeting' | 'password' | 'request' = 'greeting'
    const onData = (data: Buffer) => {
      if (stage === 'greeting') {
        stage = user ? 'password' : 'request'
        socket.write(Buffer.from([5, user ? 2 : 0]))
      } else if (stage === 'password') {
        const nameEnd = 2 + (data[1] ?? 0)
        const given = `${data.subarray(2, nameEnd)}:${data.subarray(nameEnd + 1)}`
        credentials.push(given)
        stage = 'request'
        socket.write(Buffer.from([1, given === user ? 0 : 1]))
      } else {
        const isName = data[3] === 3
        const end = isName ? 5 + (data[4] ?? 0) : 8
        const host = isName ? data.subarray(5, end).toString() : data.subarray(4, 8).join('.')
        asked.push(`SOCKS ${host}:${data.readUInt16BE(end)}`)
        socket.off('data', onData)
        socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]))
        joinTo(target(), socket, sockets)
      }
    }
    socket.on('data', onData)
  })
  return { asked, credentials, ...(await listening(server, sockets)) }
}

function joinTo(port: number, socket: Socket, sockets: Set<Socket>): void {
  const onward = connect(port, '127.0.0.1')
  sockets.add(onward)
  onward.on('error', () => socket.destroy())
  socket.on('error', () => onward.destroy())
  onward.pipe(socket)
  socket.pipe(onward)
}

async function listening(server: Server, sockets: Set<Socket>): Promise<{ port: number; stop(): Promise<void> }> {
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}
