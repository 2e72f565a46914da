import type { RevisionRow } from '../rollouts/history.ts'
import { humanAge } from '../values/human-duration.ts'
import { safeText } from '../values/safe-text.ts'
import { tagStyle } from './colors.ts'
import type { Span } from './style.ts'
import { type Column, type Rendering, renderTable } from './table.ts'

const columns: readonly Column[] = [
  { title: 'REVISION' },
  { title: 'AGE', drop: 2 },
  { title: 'ROLE' },
  { title: 'READY', drop: 1 },
  { title: 'HASH', drop: 3 },
  { title: 'IMAGES', cut: 'middle', min: 16, yields: 1 },
  { title: 'CHANGE-CAUSE', cut: 'end', min: 12, yields: 2, drop: 4 },
]

/** `rollout history`: what can be gone back to, newest first. */
export function renderHistory(
  revisions: readonly RevisionRow[],
  rendering: Rendering,
  nowMs: number,
  options: { headers?: boolean } = {},
): string {
  const hasCause = revisions.some(each => each.changeCause)
  const shown = hasCause ? columns : columns.slice(0, -1)
  const rows = revisions.map(each => [
    revisionCell(each),
    humanAge(each.createdAt, nowMs),
    roleCell(each),
    `${each.ready}/${each.replicas}`,
    safeText(each.podHash),
    each.images.map(safeText).join(','),
    ...(hasCause ? [safeText(each.changeCause ?? '-')] : []),
  ])
  return renderTable(shown, rows, rendering, options)
}

/** `7`, and `7 (was 3,5)` for a template that was gone back to. */
function revisionCell({ revision, formerRevisions }: RevisionRow): string {
  return formerRevisions.length > 0 ? `${revision} (was ${formerRevisions.join(',')})` : String(revision)
}

function roleCell({ isCurrent, tags }: RevisionRow): Span[] {
  const roles = [...(isCurrent ? ['current'] : []), ...tags.filter(tag => tag !== 'canary')]
  if (roles.length === 0) return [{ text: '-' }]
  return roles.flatMap((role, index) => [...(index > 0 ? [{ text: ',' }] : []), { text: role, style: tagStyle(role) }])
}
