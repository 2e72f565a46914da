import type { KubeClient, ResourceType } from '../../context/kube-client.ts'
import type { KubeObject } from '../../context/kube-object.ts'
import { applications } from '../../kube/resource-types.ts'
import { Failure } from '../../values/failure.ts'
import { safeText } from '../../values/safe-text.ts'
import type { Rollout } from '../rollout.ts'
import type { Refusal } from './plan.ts'
import { rolloutCommand } from './rollout-words.ts'
import { type TemplateTarget, targetText } from './template-target.ts'

/** argoproj.io/v1alpha1 Application, as far as we read it here. */
interface Application extends KubeObject {
  spec?: {
    source?: ApplicationSource
    sources?: ApplicationSource[]
    syncPolicy?: { automated?: { selfHeal?: boolean; enabled?: boolean } | null }
  }
  status?: {
    sync?: { revision?: string; revisions?: string[] }
    resources?: { group?: string; kind?: string; namespace?: string; name?: string }[]
  }
}

interface ApplicationSource {
  repoURL?: string
  path?: string
  chart?: string
}

/** The Argo CD Application that keeps an object as Git has it, and what of it could be read. */
export interface GitOpsOwner {
  /** `argocd/loans-api`, or the bare name where it was not found */
  application: string
  /** where the object says so: `annotation argocd.argoproj.io/tracking-id` */
  evidence: string
  /** whether the evidence is only a label that other tools set, too */
  isGuess: boolean
  /** undefined: the Application could not be read, see `notSeen` */
  sync?: 'manual' | 'automated' | 'self-heal'
  /** why the Application could not be read */
  notSeen?: string
  /** commit that is deployed and where it is from */
  source?: { repository: string; path?: string; revision?: string }
  /** Kargo's Stage that alone may change the Application (kargo.akuity.io/authorized-stage) */
  stage?: { project: string; name: string }
}

const trackingAnnotation = 'argocd.argoproj.io/tracking-id'
const instanceLabel = 'app.kubernetes.io/instance'

/** Application, and its namespace where it says one, that the object names as its owner. Pure. */
export function namedApplication(
  type: ResourceType,
  object: KubeObject,
): { name: string; namespace?: string; evidence: string; isGuess: boolean } | undefined {
  const { annotations, labels, name, namespace } = object.metadata
  // `APP:GROUP/KIND:NAMESPACE/NAME`; an id that names another object came along with a copy of it, and means nothing
  // (argo-cd util/argo/resource_tracking.go). An application outside Argo CD's namespace is `NAMESPACE_APP`.
  const id = annotations?.[trackingAnnotation]
  if (id !== undefined) {
    const [app = '', kind, place] = id.split(':')
    if (kind === `${type.group}/${type.kind}` && place === `${namespace ?? ''}/${name}` && app !== '') {
      const [first = '', ...rest] = app.split('_')
      const owner = rest.length > 0 ? { name: rest.join('_'), namespace: first } : { name: first }
      return { ...owner, evidence: `annotation ${trackingAnnotation}`, isGuess: false }
    }
  }
  const instance = labels?.[instanceLabel]
  if (instance === undefined || labels?.['app.kubernetes.io/managed-by'] === 'Helm') return undefined
  return { name: instance, evidence: `label ${instanceLabel}`, isGuess: true }
}

/**
 * Who would take a change of this object back. One request when the object names an Application, none otherwise.
 * undefined: nobody, as far as the object tells.
 */
export async function readGitOpsOwner(client: KubeClient, target: TemplateTarget): Promise<GitOpsOwner | undefined> {
  const named = namedApplication(target.type, target.object)
  if (!named) return undefined
  const { evidence, isGuess } = named
  const found = await findApplication(client, named)
  if ('notSeen' in found) return { application: safeText(named.name), evidence, isGuess, notSeen: found.notSeen }
  const { application } = found
  if (isGuess && !listsObject(application, target)) return undefined
  return { ...ownerFrom(application), evidence, isGuess }
}

async function findApplication(
  client: KubeClient,
  { name, namespace }: { name: string; namespace?: string },
): Promise<{ application: Application } | { notSeen: string }> {
  try {
    if (namespace !== undefined)
      return { application: await client.get<Application>(applications, { name, namespace }) }
    const page = await client.list<Application>(applications, {
      allNamespaces: true,
      fieldSelector: `metadata.name=${name}`,
    })
    const [application] = page.items
    return application ? { application } : { notSeen: 'there is no such Application in this cluster' }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    if (error.reason === 'NotFound' || error.reason === 'NoMatch')
      return { notSeen: 'there is no such Application in this cluster' }
    if (error.reason === 'Forbidden' && namespace === undefined) {
      // who may not look everywhere may still look where Argo CD is usually installed
      return findApplication(client, { name, namespace: 'argocd' })
    }
    return { notSeen: error.reason === 'Forbidden' ? 'you may not read Applications' : error.message }
  }
}

function listsObject(application: Application, { type, object }: TemplateTarget): boolean {
  return (application.status?.resources ?? []).some(
    each =>
      (each.group ?? '') === type.group &&
      each.kind === type.kind &&
      each.name === object.metadata.name &&
      (each.namespace ?? object.metadata.namespace) === object.metadata.namespace,
  )
}

function ownerFrom(application: Application): Pick<GitOpsOwner, 'application' | 'sync' | 'source' | 'stage'> {
  const { metadata, spec, status } = application
  const automated = spec?.syncPolicy?.automated
  const isAutomated = automated !== undefined && automated !== null && automated.enabled !== false
  const from = spec?.source ?? spec?.sources?.[0]
  const place = from?.path ?? from?.chart
  const revision = status?.sync?.revision ?? status?.sync?.revisions?.[0]
  const [project, stage] = (metadata.annotations?.['kargo.akuity.io/authorized-stage'] ?? '').split(':')
  return {
    application: safeText(`${metadata.namespace ?? ''}/${metadata.name}`),
    sync: isAutomated ? (automated?.selfHeal === true ? 'self-heal' : 'automated') : 'manual',
    ...(from?.repoURL && {
      source: {
        repository: safeText(from.repoURL),
        ...(place && { path: safeText(place) }),
        ...(revision && { revision: safeText(revision) }),
      },
    }),
    ...(project && stage && { stage: { project: safeText(project), name: safeText(stage) } }),
  }
}

/**
 * Why a change made here would not last, with what would; undefined where it may. An Application that could not be
 * read is taken for one that heals when the object names it for certain: a rollback that is silently taken back in the
 * middle of an incident is worse than one that asks for a flag.
 */
export function refusedByOwner(
  owner: GitOpsOwner,
  target: TemplateTarget,
  verb: 'undo' | 'set-image',
  rollout: Rollout,
): Refusal | undefined {
  const object = targetText(target)
  const images = verb === 'set-image' ? ['CONTAINER=IMAGE'] : []
  const anyway = `To do it here all the same: ${rolloutCommand(verb, rollout, ...images, '--even-if-managed')}`
  if (owner.stage) {
    const { project, name } = owner.stage
    return {
      reason: 'ManagedByKargo',
      message:
        `${object} belongs to Argo CD Application ${owner.application}, whose version Kargo's Stage ${project}/${name} ` +
        'decides: a change made here would not last. Nothing was changed',
      hints: [
        `What lasts: kubectl canary freight promote FREIGHT --stage ${name} -n ${project}`,
        `The Freight there is: kubectl canary freight list -n ${project}`,
        anyway,
      ],
    }
  }
  if (owner.sync === 'self-heal') {
    return {
      reason: 'ManagedByArgoCD',
      message:
        `${object} belongs to Argo CD Application ${owner.application}, which heals itself: a change made here would be ` +
        'taken back at once. Nothing was changed',
      hints: [gitHint(owner, verb), anyway],
    }
  }
  if (owner.sync === undefined && !owner.isGuess) {
    return {
      reason: 'ManagedByArgoCD',
      message:
        `${object} belongs to Argo CD Application ${owner.application} (${owner.evidence}), and whether that would take a ` +
        `change back could not be seen: ${owner.notSeen ?? 'unknown'}. Nothing was changed`,
      hints: [gitHint(owner, verb), anyway],
    }
  }
  return undefined
}

function gitHint({ source }: GitOpsOwner, verb: 'undo' | 'set-image'): string {
  const place = source ? ` in ${source.repository}${source.path ? ` (${source.path})` : ''}` : ' in the Git repository'
  return verb === 'undo'
    ? `What lasts: git revert ${source?.revision ?? 'COMMIT'}${place}, then push`
    : `What lasts: change the image${place}, commit and push`
}

/** What the user should know about the owner when the change is made. */
export function ownerNotes(owner: GitOpsOwner | undefined): string[] {
  if (!owner) return []
  if (owner.stage || owner.sync === 'self-heal') {
    return [`Argo CD Application ${owner.application} will take this back, since Git still says otherwise`]
  }
  if (owner.sync !== undefined) {
    const when = owner.sync === 'automated' ? 'the next commit' : 'the next sync'
    return [`Argo CD Application ${owner.application} is out of sync now, and ${when} undoes this`]
  }
  return [
    `it may belong to an Argo CD Application ${owner.application} (${owner.evidence}), which would undo this at its next ` +
      `sync; that could not be seen: ${owner.notSeen ?? 'unknown'}`,
  ]
}
