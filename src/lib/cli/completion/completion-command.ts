import type { FlagDefinition } from '../flag-table.ts'

export interface CompletionFlag extends FlagDefinition {
  summary: string
  isHidden?: boolean
}

export interface CompletionCommand {
  summary: string
  isHidden?: boolean
  args: { name: string; choices?: readonly string[] }[]
  /** the last argument may be repeated */
  isVariadic?: boolean
  flags: CompletionFlag[]
}

export interface CompletionTable {
  /** by id, `rollout:list` */
  commands: Readonly<Record<string, CompletionCommand>>
  topics: Readonly<Record<string, string>>
  globalFlags: readonly CompletionFlag[]
}

export interface Candidate {
  value: string
  description?: string
}

/** cobra's ShellCompDirective, which kubectl hands on to the shell. */
export const directives = { default: 0, error: 1, noSpace: 2, noFiles: 4, onlyFolders: 16, keepOrder: 32 } as const

/** Lists that have to be fetched: from the cluster, or from the kubeconfig. */
export type CandidateSource =
  | 'rollouts'
  | 'experiments'
  | 'analysisruns'
  | 'analysistemplates'
  | 'clusteranalysistemplates'
  | 'namespaces'
  | 'contexts'
  | 'clusters'
  | 'users'

export type Completion =
  | { kind: 'candidates'; candidates: Candidate[]; directive: number }
  | {
      kind: 'fetch'
      source: CandidateSource
      /** stands before every candidate, as in `rollout/NAME` */
      before: string
      startsWith: string
      /** named already */
      except: readonly string[]
      /** the flags that were given, by name, for the connection */
      flags: Readonly<Record<string, readonly string[]>>
    }
