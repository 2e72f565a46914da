export interface ProcessRequest {
  command: string
  args: readonly string[]
  env: Record<string, string | undefined>
  /** whether the program may ask the user on our stdin */
  interactive: boolean
  signal?: AbortSignal
}

export interface ProcessResult {
  /** null when a signal ended it */
  exitCode: number | null
  stdout: string
}

/**
 * Runs a credential plugin to its end and gives its stdout; its stderr is the user's. Rejects with the system's error
 * (`ENOENT`, `EACCES`) where it cannot be started.
 */
export type RunProcess = (request: ProcessRequest) => Promise<ProcessResult>

export const runProcess: RunProcess = async request => {
  const { spawn } = await import('node:child_process')
  return new Promise((resolve, reject) => {
    const child = spawn(request.command, request.args, {
      env: request.env,
      stdio: [request.interactive ? 'inherit' : 'ignore', 'pipe', 'inherit'],
      signal: request.signal,
      windowsHide: true,
    })
    const chunks: Buffer[] = []
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', reject)
    child.on('close', exitCode => resolve({ exitCode, stdout: Buffer.concat(chunks).toString('utf8') }))
  })
}
