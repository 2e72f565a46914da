import { isIP, type Socket } from 'node:net'

/** Asks a SOCKS5 proxy (RFC 1928, RFC 1929) for a connection to a host by name; the proxy resolves it. */
export async function socksTunnel(
  socket: Socket,
  host: string,
  port: number,
  credentials: { username: string; password: string } | undefined,
): Promise<Socket> {
  const reader = new ByteReader(socket)
  try {
    socket.write(Buffer.from(credentials ? [5, 2, 0, 2] : [5, 1, 0]))
    const method = (await reader.take(2))[1]
    if (method === 2 && credentials) {
      const [name, password] = [Buffer.from(credentials.username), Buffer.from(credentials.password)]
      socket.write(Buffer.concat([Buffer.from([1, name.length]), name, Buffer.from([password.length]), password]))
      if ((await reader.take(2))[1] !== 0) throw new Error('it refused the user name and password')
    } else if (method !== 0) throw new Error('it wants a way to sign in that was not given')
    socket.write(Buffer.concat([Buffer.from([5, 1, 0]), address(host), Buffer.from([port >> 8, port & 255])]))
    const [, reply = 1, , kind] = await reader.take(4)
    if (reply !== 0) throw new Error(replies[reply] ?? `SOCKS error ${reply}`)
    const length = kind === 1 ? 4 : kind === 4 ? 16 : ((await reader.take(1))[0] ?? 0)
    await reader.take(length + 2)
    reader.end()
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  }
}

const replies = [
  '',
  'general failure',
  'connection not allowed',
  'network unreachable',
  'host unreachable',
  'connection refused',
  'timed out',
  'command not supported',
  'address type not supported',
]

function address(host: string): Buffer {
  if (isIP(host) === 4) return Buffer.from([1, ...host.split('.').map(Number)])
  const name = Buffer.from(host)
  return Buffer.concat([Buffer.from([3, name.length]), name])
}

/** Takes an exact number of bytes off a socket and leaves the rest to whoever comes next. */
class ByteReader {
  private readonly socket: Socket
  private buffered: Buffer = Buffer.alloc(0)
  private wake: () => void = () => {}
  private failed: Error | undefined
  private readonly onData = (chunk: Buffer) => {
    this.buffered = Buffer.concat([this.buffered, chunk])
    this.wake()
  }
  private readonly onError = (error: Error) => {
    this.failed = error
    this.wake()
  }
  private readonly onEnd = () => this.onError(new Error('it closed the connection'))

  constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', this.onData).on('error', this.onError).on('end', this.onEnd)
  }

  async take(count: number): Promise<Buffer> {
    while (this.buffered.length < count) {
      if (this.failed) throw this.failed
      await new Promise<void>(resolve => {
        this.wake = resolve
      })
    }
    const taken = this.buffered.subarray(0, count)
    this.buffered = this.buffered.subarray(count)
    return taken
  }

  end(): void {
    this.socket.off('data', this.onData).off('error', this.onError).off('end', this.onEnd)
    this.socket.pause()
    if (this.buffered.length > 0) this.socket.unshift(this.buffered)
  }
}
