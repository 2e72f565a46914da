import { safeText } from '../values/safe-text.ts'
import { iconStyle } from './colors.ts'
import { type Icon, icons } from './icons.ts'
import { type Span, type Style, widthOf } from './style.ts'
import { type Column, type Rendering, type Row, renderTable } from './table.ts'

/** One line of a tree of objects, with what hangs below it. */
export interface TreeNode {
  /** symbol of its kind; empty for none */
  icon: string
  name: string
  nameStyle?: Style | undefined
  /** empty for a line that groups others */
  kind: string
  status: string
  statusIcon: Icon
  age: string
  /** joined by commas */
  info: readonly Span[]
  /** for a line that stands outside the columns: what follows name and status, one after the other */
  details?: readonly Span[]
  children: readonly TreeNode[]
}

const columns: readonly Column[] = [
  { title: 'NAME', cut: 'middle', min: 24, yields: 2 },
  { title: 'KIND', drop: 3 },
  { title: 'STATUS', cut: 'end', min: 12, yields: 1 },
  { title: 'AGE', drop: 1 },
  { title: 'INFO', cut: 'end', min: 18, yields: 3, drop: 2 },
]

/** The tree as a table NAME KIND STATUS AGE INFO, in upstream's form (argo-rollouts cmd/get/get.go). */
export function renderTree(root: TreeNode, rendering: Rendering, options: { headers?: boolean } = {}): string {
  return renderTable(columns, [...rowsOf(root, '', '', rendering.columns)], rendering, options)
}

function* rowsOf(node: TreeNode, prefix: string, childPrefix: string, width: number | undefined): Generator<Row> {
  if (node.details) yield* freeLines(node, prefix, childPrefix, width)
  else yield [nameCell(node, prefix), [{ text: node.kind }], statusCell(node), [{ text: node.age }], infoCell(node)]
  for (const [index, child] of node.children.entries()) {
    const isLast = index === node.children.length - 1
    yield* rowsOf(child, `${childPrefix}${isLast ? '└──' : '├──'}`, `${childPrefix}${isLast ? '   ' : '│  '}`, width)
  }
}

function nameCell(node: TreeNode, prefix: string): Span[] {
  const name = safeText(node.name)
  const text = node.icon ? `${prefix}${node.icon} ${name}` : `${prefix}${name}`
  // Only a name of one piece can be cut in its middle, so the whole cell is coloured.
  return [{ text, style: node.nameStyle }]
}

function statusCell({ status, statusIcon }: TreeNode): Span[] {
  if (status === '') return []
  const text = statusIcon === icons.none ? safeText(status) : `${statusIcon} ${safeText(status)}`
  return [{ text, style: iconStyle(statusIcon) }]
}

function infoCell({ info }: TreeNode): Span[] {
  return info.flatMap((span, index) => [...(index > 0 ? [{ text: ',' }] : []), { ...span, text: safeText(span.text) }])
}

const separator = ' · '

/** A node outside the columns; what does not fit goes on below, behind the lines of the tree. */
function* freeLines(
  node: TreeNode,
  prefix: string,
  childPrefix: string,
  width: number | undefined,
): Generator<{ line: Span[] }> {
  const status = statusCell(node)
  let line: Span[] = [...nameCell(node, prefix), ...(status.length > 0 ? [{ text: ' ' }, ...status] : [])]
  let isFirst = true
  for (const { text, style } of node.details ?? []) {
    const span = { text: safeText(text), style }
    const gap = isFirst ? '  ' : separator
    if (width !== undefined && widthOf(line) + widthOf(gap) + widthOf(span) > width) {
      yield { line }
      line = [{ text: `${childPrefix}   ` }, span]
    } else line.push({ text: gap }, span)
    isFirst = false
  }
  yield { line }
}
