import { type ChildProcess, spawn } from 'node:child_process'
import { temporaryFolder } from '../../fakes/temporary-folder.ts'
import { build, programPath } from '../build.ts'
import { type WrittenSeries, writeRequest } from './remote-write.ts'

/** A Prometheus of one test file: it scrapes nothing, and stores what it is sent. */
export interface RealPrometheus {
  url: string
  write(series: readonly WrittenSeries[]): Promise<void>
  stop(): Promise<void>
}

/** @param flags beyond those that a server needs */
export async function startPrometheus(flags: readonly string[] = []): Promise<RealPrometheus> {
  await build(['prometheus'])
  const folder = temporaryFolder({ 'prometheus.yml': '{}\n' })
  const process = spawn(
    programPath('prometheus'),
    [
      `--config.file=${folder.file('prometheus.yml')}`,
      `--storage.tsdb.path=${folder.file('data')}`,
      '--web.listen-address=127.0.0.1:0',
      '--web.enable-remote-write-receiver',
      ...flags,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const stop = async () => {
    await ended(process)
    folder.remove()
  }
  try {
    const url = `http://${await listeningAddress(process)}`
    await untilReady(url)
    return { url, stop, write: series => write(url, series) }
  } catch (error) {
    await stop()
    throw error
  }
}

function listeningAddress(process: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let log = ''
    process.stderr?.setEncoding('utf8').on('data', text => {
      log += text
      const address = /msg="Listening on".* address=(\S+)/.exec(log)?.[1]
      if (address) resolve(address)
    })
    process.on('exit', () => reject(new Error(`Prometheus ended:\n${log}`)))
  })
}

async function untilReady(url: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const isReady = await fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isReady) return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error('Prometheus did not become ready')
}

async function write(url: string, series: readonly WrittenSeries[]): Promise<void> {
  const answer = await fetch(`${url}/api/v1/write`, {
    method: 'POST',
    headers: { 'Content-Encoding': 'snappy', 'Content-Type': 'application/x-protobuf' },
    body: new Uint8Array(writeRequest(series)),
  })
  if (!answer.ok) throw new Error(`Prometheus refused what was written: ${answer.status} ${await answer.text()}`)
}

function ended(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return Promise.resolve()
  return new Promise(resolve => {
    process.on('exit', () => resolve())
    process.kill('SIGTERM')
  })
}
