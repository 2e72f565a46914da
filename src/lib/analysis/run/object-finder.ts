import type { KubeClient, ResourceType } from '../../context/kube-client.ts'
import type { KubeObject, ObjectMeta } from '../../context/kube-object.ts'
import { analysisRuns, analysisTemplates, clusterAnalysisTemplates, rollouts } from '../../kube/resource-types.ts'
import type { Manifest } from '../../manifests/read-manifests.ts'
import { Failure } from '../../values/failure.ts'
import { checkShape } from './check-shape.ts'

/** What a run can be made of. */
export type SourceKind = 'AnalysisTemplate' | 'ClusterAnalysisTemplate' | 'AnalysisRun' | 'Rollout' | 'Stage'

export const stages: ResourceType = {
  group: 'kargo.akuity.io',
  version: 'v1alpha1',
  resource: 'stages',
  kind: 'Stage',
  namespaced: true,
}

export const sourceTypes: Readonly<Record<SourceKind, ResourceType>> = {
  AnalysisTemplate: analysisTemplates,
  ClusterAnalysisTemplate: clusterAnalysisTemplates,
  AnalysisRun: analysisRuns,
  Rollout: rollouts,
  Stage: stages,
}

export interface Found<T extends KubeObject = KubeObject> {
  object: T
  /** absent: it came from the cluster */
  manifest?: Manifest
}

export interface FinderOptions {
  files: readonly Manifest[]
  /** of the flag, if it was given */
  namespace: string | undefined
  /** connects when something is not in the files */
  kube(): Promise<KubeClient>
}

/** Finds objects by name: in the files first, then in the cluster. */
export class ObjectFinder {
  readonly files: readonly Manifest[]
  readonly namespace: string | undefined
  readonly #kube: () => Promise<KubeClient>
  #connected: KubeClient | undefined

  constructor({ files, namespace, kube }: FinderOptions) {
    this.files = files
    this.namespace = namespace
    this.#kube = kube
  }

  /** The client, if anything had to be asked of the cluster. */
  get connected(): KubeClient | undefined {
    return this.#connected
  }

  /** The objects of the files that are of a kind, their fields checked. @throws Failure `usage` */
  ofKind<T extends KubeObject>(kind: SourceKind): Found<T>[] {
    return this.files
      .filter(manifest => isOf(manifest.object, kind))
      .map(manifest => {
        checkShape(manifest)
        return { object: withName(manifest.object) as T, manifest }
      })
  }

  /**
   * @param namespace of whoever refers to it; absent: that of the flags or kubeconfig
   * @returns undefined when it is neither in the files nor in the cluster
   * @throws Failure `usage` for an unusable file, others when the cluster cannot be asked
   */
  async find<T extends KubeObject>(kind: SourceKind, name: string, namespace?: string): Promise<Found<T> | undefined> {
    const wanted = namespace ?? this.namespace
    const inFiles = this.ofKind<T>(kind).filter(({ object: { metadata } }) => metadata.name === name)
    const here = inFiles.find(({ object: { metadata } }) => isNear(metadata.namespace, wanted))
    if (here) return here
    try {
      this.#connected ??= await this.#kube()
      const type = sourceTypes[kind]
      const ref = { name, ...(type.namespaced && wanted !== undefined ? { namespace: wanted } : {}) }
      return { object: await this.#connected.get<T>(type, ref) }
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      if (error.reason === 'NotFound') return undefined
      if (this.files.length === 0) throw error
      const hint = `${kind.toLowerCase()}/${name} is not in the files either, so the cluster was asked for it`
      throw new Failure(error.outcome, error.message, {
        hints: [...error.hints, hint],
        label: error.label,
        ...(error.reason === undefined ? {} : { reason: error.reason }),
        cause: error,
      })
    }
  }
}

/** A run that the API server would name is found by the beginning of its name. */
function withName(object: KubeObject): KubeObject {
  const { name, generateName } = object.metadata as Partial<ObjectMeta> & { generateName?: string }
  return name === undefined && generateName !== undefined
    ? { ...object, metadata: { ...object.metadata, name: generateName } }
    : object
}

/** A manifest without a namespace goes wherever it is applied. */
const isNear = (own: string | undefined, wanted: string | undefined) =>
  own === undefined || wanted === undefined || own === wanted

const isOf = ({ kind, apiVersion = '' }: KubeObject, wanted: SourceKind) =>
  kind === wanted && (apiVersion === '' || apiVersion.startsWith(`${sourceTypes[wanted].group}/`))
