import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sourceFolder } from './folders.ts'

/** A program that the test bed builds from a pinned Go module. */
export interface Program {
  name: ProgramName
  /** Folder under `programs/` whose go.mod pins the module. */
  folder: string
  /** Module whose version the program reports. */
  module: string
  /** Main package. */
  package: string
  /** Link-time variables that make the program report its version; without them it says "unknown" or nothing. */
  variables: (version: string) => Record<string, string>
}

export type ProgramName =
  | 'etcd'
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kube-scheduler'
  | 'kubectl'
  | 'kwok'
  | 'rollouts-controller'
  | 'kubectl-argo-rollouts'
  | 'prometheus'
  | 'promtool'

/** In the order in which they are built: what a cluster needs first, the slowest last. */
export const programs: readonly Program[] = [
  { name: 'etcd', folder: 'etcd', ...etcd() },
  { name: 'kube-apiserver', folder: 'kubernetes', ...kubernetes('kube-apiserver') },
  { name: 'kube-controller-manager', folder: 'kubernetes', ...kubernetes('kube-controller-manager') },
  { name: 'kube-scheduler', folder: 'kubernetes', ...kubernetes('kube-scheduler') },
  { name: 'kubectl', folder: 'kubernetes', ...kubernetes('kubectl') },
  { name: 'kwok', folder: 'kwok', ...kwok() },
  { name: 'rollouts-controller', folder: 'argo-rollouts', ...argoRollouts('rollouts-controller') },
  { name: 'kubectl-argo-rollouts', folder: 'argo-rollouts', ...argoRollouts('kubectl-argo-rollouts') },
  { name: 'prometheus', folder: 'prometheus', ...prometheus('prometheus') },
  { name: 'promtool', folder: 'prometheus', ...prometheus('promtool') },
]

/** Manifests that come with a module and are copied beside its programs: the CRDs of the controllers. */
export const manifests: Readonly<Record<string, string>> = {
  'argo-rollouts': 'manifests/crds',
  kwok: 'kustomize/crd/bases',
}

type Source = Omit<Program, 'name' | 'folder'>

function etcd(): Source {
  const module = 'go.etcd.io/etcd/server/v3'
  return { module, package: module, variables: () => ({}) }
}

function kubernetes(command: string): Source {
  const module = 'k8s.io/kubernetes'
  const variables = (version: string) => {
    const [major = '', minor = ''] = version.slice(1).split('.')
    const at = 'k8s.io/component-base/version'
    // argo-rollouts parses major and minor as numbers and dies on the empty ones of a plain build.
    return {
      [`${at}.gitMajor`]: major,
      [`${at}.gitMinor`]: minor,
      [`${at}.gitVersion`]: version,
      [`${at}.gitTreeState`]: 'clean',
    }
  }
  return { module, package: `${module}/cmd/${command}`, variables }
}

function kwok(): Source {
  const module = 'sigs.k8s.io/kwok'
  return {
    module,
    package: `${module}/cmd/kwok`,
    variables: version => ({ [`${module}/pkg/consts.Version`]: version }),
  }
}

function argoRollouts(command: string): Source {
  const module = 'github.com/argoproj/argo-rollouts'
  const at = `${module}/utils/version`
  return {
    module,
    package: `${module}/cmd/${command}`,
    variables: version => ({ [`${at}.version`]: version.slice(1) }),
  }
}

function prometheus(command: string): Source {
  const module = 'github.com/prometheus/prometheus'
  // Module version v0.305.1 is release 3.5.1.
  const release = (version: string) =>
    version.replace(/^v0\.(\d)(\d\d)\.(\d+)$/, (_, major, minor, patch) => `${major}.${Number(minor)}.${patch}`)
  return {
    module,
    package: `${module}/cmd/${command}`,
    variables: version => ({ 'github.com/prometheus/common/version.Version': release(version) }),
  }
}

/** Folder of a program's go.mod. */
export function moduleFolder(folder: string): string {
  return join(sourceFolder, 'programs', folder)
}

/** Version of the program's module that its go.mod pins, for example `v1.34.4`. */
export function pinnedVersion(program: Program): string {
  const goMod = readFileSync(join(moduleFolder(program.folder), 'go.mod'), 'utf8')
  const line = goMod.split('\n').find(text =>
    text
      .trim()
      .replace(/^require /, '')
      .startsWith(`${program.module} v`),
  )
  const version = line
    ?.trim()
    .replace(/^require /, '')
    .split(' ')[1]
  if (!version) throw new Error(`programs/${program.folder}/go.mod does not require ${program.module}`)
  return version
}
