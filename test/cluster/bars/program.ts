import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { World } from '../../contract/world.ts'
import { cleanEnvironment, type Ended, program, scratchFolder } from '../../e2e/program.ts'

/** The built bundle, running. */
export interface Program {
  readonly stdout: string
  readonly stderr: string
  readonly hasEnded: boolean
  readonly ended: Promise<Ended>
  /** seconds of processor time so far */
  processorSeconds(): number
  interrupt(): Promise<Ended>
}

/** What starts programs for a namespace, as a user's shell does. */
export interface Shell {
  start(line: string): Program
  run(line: string): Promise<Ended>
  readonly env: Record<string, string>
  /** Ends what still runs. */
  close(): Promise<void>
}

export function shellIn(world: World): Shell {
  const scratch = scratchFolder()
  const env = cleanEnvironment(scratch.path, { KUBECONFIG: world.backend.kubeconfig })
  const running = new Set<Program>()
  const start = (line: string): Program => {
    const started = startProgram([...line.split(' '), '-n', world.namespace], env)
    running.add(started)
    return started
  }
  return {
    start,
    env,
    run: line => start(line).ended,
    close: async () => {
      await Promise.all([...running].filter(each => !each.hasEnded).map(each => each.interrupt()))
      scratch.remove()
    },
  }
}

function startProgram(argv: readonly string[], env: Record<string, string>): Program {
  const [file, ...args] = program
  const child = spawn(file, [...args, ...argv], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const result: Ended = { code: null, stdout: '', stderr: '' }
  let hasEnded = false
  child.stdout.setEncoding('utf8').on('data', text => {
    result.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    result.stderr += text
  })
  const ended = once(child, 'close').then(([code]) => {
    hasEnded = true
    return { ...result, code }
  })
  return {
    get stdout() {
      return result.stdout
    },
    get stderr() {
      return result.stderr
    },
    get hasEnded() {
      return hasEnded
    },
    ended,
    processorSeconds: () => processorSeconds(child.pid ?? 0),
    interrupt: () => {
      child.kill('SIGINT')
      return ended
    },
  }
}

/** User and system time of a process; Linux counts both in hundredths of a second (proc_pid_stat(5)). */
function processorSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}
