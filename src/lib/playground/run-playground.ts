import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Context } from '../context/context.ts'
import type { KubeObject } from '../context/kube-object.ts'
import { Failure, type Outcome, usage } from '../values/failure.ts'
import { loansApiRollout, successRateCheck } from './example-manifests.ts'
import { type Playground, startPlayground } from './playground.ts'
import { StatusError } from './store/status-error.ts'
import { temporaryKubeconfig } from './temporary-kubeconfig.ts'

export interface RunOptions {
  /** manifests, several objects each; `-` is stdin */
  files?: readonly string[]
  namespace?: string
  port?: number
  speed?: number
  kubeconfigPath?: string
}

/** Keeps a playground open until the context's signal aborts. stdout gets the lines that point a shell at it. */
export async function runPlayground(options: RunOptions, context: Context): Promise<Outcome> {
  const namespace = options.namespace ?? 'loans'
  const manifests = await readManifests(options.files, context)
  const { port, speed } = options
  const chosenPath = options.kubeconfigPath && resolve(context.workingDirectory, options.kubeconfigPath)
  const playground = await start({ namespace, port, speed, kubeconfigPath: chosenPath }, context)
  const temporary = chosenPath ? undefined : await temporaryKubeconfig(playground.kubeconfig, context)
  try {
    apply(playground, manifests)
    context.stdout.write(`export KUBECONFIG=${chosenPath ?? temporary?.path}\n`)
    context.stdout.write(`export PROMETHEUS_URL=${playground.prometheusUrl}\n`)
    context.stderr.write(guide(playground, namespace, speed ?? 1))
    await untilAborted(context.signal)
    throw context.signal.reason
  } finally {
    await temporary?.remove()
    await playground.stop()
  }
}

interface Start {
  namespace: string
  port: number | undefined
  speed: number | undefined
  kubeconfigPath: string | undefined
}

async function start({ namespace, port, speed, kubeconfigPath }: Start, context: Context): Promise<Playground> {
  try {
    return await startPlayground(
      {
        namespace,
        clock: speed ?? 1,
        askersClock: context.clock,
        ...(port === undefined ? {} : { port }),
        ...(kubeconfigPath === undefined ? {} : { kubeconfigPath }),
      },
      context,
    )
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error
    const why = code === 'EADDRINUSE' ? 'something else listens there' : 'this user may not listen there'
    throw new Failure('error', `port ${port} of 127.0.0.1 cannot be used: ${why}`, {
      hints: ['kubectl canary playground  without --port takes a free one'],
    })
  }
}

interface Manifest {
  file: string
  object: KubeObject
}

async function readManifests(files: readonly string[] | undefined, context: Context): Promise<Manifest[]> {
  const { parseAllDocuments } = await import('yaml')
  const texts = files
    ? await Promise.all(files.map(async file => ({ file, text: await textOf(file, context) })))
    : [loansApiRollout, successRateCheck].map(text => ({ file: 'the example', text }))
  return texts.flatMap(({ file, text }) =>
    parseAllDocuments(text).flatMap(document => {
      const [error] = document.errors
      if (error) throw usage(`${file} is not valid YAML: ${error.message.split('\n')[0]}`)
      const object = document.toJS() as KubeObject | null
      if (object === null) return []
      if (!object.apiVersion || !object.kind || !object.metadata?.name) {
        throw usage(`${file} holds something that is no Kubernetes object (apiVersion, kind and metadata.name)`)
      }
      return [{ file, object }]
    }),
  )
}

async function textOf(file: string, context: Context): Promise<string> {
  if (file === '-') return context.stdin.read()
  try {
    return await readFile(resolve(context.workingDirectory, file), 'utf8')
  } catch (error) {
    throw usage(`cannot read ${file}: ${(error as NodeJS.ErrnoException).code}`)
  }
}

function apply(playground: Playground, manifests: readonly Manifest[]): void {
  for (const { file, object } of manifests) {
    try {
      playground.apply([object])
    } catch (error) {
      const why = error instanceof StatusError ? error.status.message : (error as Error).message
      throw usage(`${file}: ${object.kind} ${object.metadata.name} cannot be applied: ${why}`)
    }
  }
}

function guide(playground: Playground, namespace: string, speed: number): string {
  const pace = speed === 1 ? '' : `, a second there is 1/${speed} of one here`
  return (
    `The playground is open at ${playground.url}${pace}. In another shell, with the lines above:\n` +
    `  kubectl canary rollout list -n ${namespace}\n` +
    `  kubectl canary rollout watch loans-api -n ${namespace}\n` +
    `  kubectl canary rollout set-image loans-api loans-api=docker.io/akshitmadanharness/loans-api:1.1.0 -n ${namespace}\n` +
    `  kubectl canary analysis run success-rate-check --arg service-name=loans-api --once -n ${namespace}\n` +
    '    (which finds something once the pods have been up for a minute)\n' +
    'Ctrl-C ends it.\n'
  )
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
