import type { Freight } from '../freight.ts'
import { requestFor } from '../stage.ts'
import type { ProjectView } from './project-objects.ts'

/** The Stages through which the Freight can come to the target, upstream ones first; names of missing ones as well. */
export function pathTo(view: ProjectView, target: string, freight: Freight): string[] {
  const path: string[] = []
  const seen = new Set<string>()
  const visit = (name: string) => {
    if (seen.has(name)) return
    seen.add(name)
    const stage = view.stage(name)
    for (const upstream of (stage && requestFor(stage, freight.origin)?.sources?.stages) ?? []) visit(upstream)
    path.push(name)
  }
  visit(target)
  return path
}

/** The Stages that no other Stage takes Freight of this origin from: where it is to arrive in the end. */
export function lastStages(view: ProjectView, freight: Freight): string[] {
  const requesting = view.objects.stages.filter(stage => requestFor(stage, freight.origin))
  const upstream = new Set(requesting.flatMap(stage => requestFor(stage, freight.origin)?.sources?.stages ?? []))
  return requesting.map(stage => stage.metadata.name).filter(name => !upstream.has(name))
}
