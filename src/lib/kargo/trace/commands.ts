import type { Freight } from '../freight.ts'
import type { Stage } from '../stage.ts'
import { type Opening, opening } from './block.ts'
import type { ProjectView } from './project-objects.ts'

/** What people call it: its alias, else its name. */
export function freightLabel(freight: Freight): string {
  return freight.alias ?? freight.metadata.labels?.['kargo.akuity.io/alias'] ?? freight.metadata.name
}

export function freightCommand(
  view: ProjectView,
  verb: 'promote' | 'approve',
  freight: Freight,
  stage: Stage,
  text: string,
): Opening {
  const command = ['freight', verb, freightLabel(freight), '--stage', stage.metadata.name, '-n', view.project]
  return opening(command, text)
}

export function stageCommand(
  view: ProjectView,
  verb: 'refresh' | 'verify' | 'abort-verification',
  stage: Stage,
  text: string,
): Opening {
  return opening(['stage', verb, stage.metadata.name, '-n', view.project], text)
}

/** Approval passes over verification and soak, which whoever gives it should know. */
export function approval(view: ProjectView, freight: Freight, stage: Stage): Opening {
  return freightCommand(view, 'approve', freight, stage, `passes over verification and soak for ${stage.metadata.name}`)
}
