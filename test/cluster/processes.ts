import { execFileSync, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** A process, told apart from a later one that got the same pid. */
export interface ProcessIdentity {
  pid: number
  /** As the operating system gives it: clock ticks since boot on Linux, a date elsewhere. */
  startedAt: string
}

/** Starts a program that outlives this process, its output appended to a file. */
export function spawnDetached(argv: readonly string[], logFile: string, cwd: string): ProcessIdentity {
  const [command = '', ...args] = argv
  const log = openSync(logFile, 'a')
  try {
    const child = spawn(command, args, { cwd, detached: true, stdio: ['ignore', log, log] })
    // The caller sees the failure as a process that is not alive.
    child.on('error', () => {})
    child.unref()
    if (child.pid === undefined) throw new Error(`could not start ${command}`)
    return { pid: child.pid, startedAt: startTime(child.pid) ?? '' }
  } finally {
    closeSync(log)
  }
}

/** The identity of a process that runs now, for example of the one that owns a cluster. */
export function identify(pid: number): ProcessIdentity {
  const startedAt = startTime(pid)
  if (startedAt === undefined) throw new Error(`no process ${pid}`)
  return { pid, startedAt }
}

/** Whether exactly this process still runs; one that only waits for its parent to read its exit code does not. */
export function isAlive(process: ProcessIdentity): boolean {
  return startTime(process.pid) === process.startedAt
}

/** Ends exactly this process and waits for its end: first with the signal, after the grace period with SIGKILL. */
export async function endProcess(
  process: ProcessIdentity,
  signal: NodeJS.Signals = 'SIGTERM',
  graceMs = 10_000,
): Promise<void> {
  send(process, signal)
  const deadline = Date.now() + graceMs
  while (isAlive(process) && Date.now() < deadline) await sleep(20)
  if (!isAlive(process)) return
  send(process, 'SIGKILL')
  while (isAlive(process)) await sleep(20)
}

/** Resident memory in bytes, 0 when unknown. */
export function residentBytes(pid: number): number {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return Number(kilobytes ?? 0) * 1024
  } catch {
    return 0
  }
}

function send(target: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(target)) return
  try {
    process.kill(target.pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function startTime(pid: number): string | undefined {
  try {
    // The name in brackets may hold spaces and brackets: fields are counted from the last bracket. proc(5): state is 3, starttime 22.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
  } catch {
    return process.platform === 'linux' ? undefined : startDate(pid)
  }
}

function startDate(pid: number): string | undefined {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined
  } catch {
    return undefined
  }
}
