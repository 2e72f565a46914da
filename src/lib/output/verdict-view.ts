import { safeText } from '../values/safe-text.ts'
import type { Settings } from '../verify/spec/settings.ts'
import type { MetricVerdict, VerdictDocument } from '../verify/verdict-document.ts'
import { iconStyle } from './colors.ts'
import { type Icon, icons } from './icons.ts'
import { paint } from './style.ts'
import { type Rendering, renderTable } from './table.ts'

const words: Readonly<Record<VerdictDocument['basis'], string>> = {
  alarm: 'a difference is proven',
  guard: 'a guard was hit',
  proven: 'every required metric is proven to be within its limit',
  'no-alarm': 'no difference, in a run that could have seen one',
  'no-power': 'no difference was seen, but a run like this could have missed one',
  'no-data': 'there was nothing to judge',
}

/** The verdict, what decided it, and a row for each metric. */
export function renderVerdict(verdict: VerdictDocument, settings: Settings, { color, columns }: Rendering): string {
  const icon = iconOf(verdict)
  const by = verdict.decidedBy.length > 0 ? `: ${verdict.decidedBy.map(safeText).join(', ')}` : ''
  const name = verdict.id === '' ? '' : `${safeText(verdict.id)}  `
  const head = paint(
    [
      { text: `${name}${icon} ${verdict.verdict}`, style: iconStyle(icon) },
      { text: ` after ${verdict.decidedAtSeconds} s${verdict.early ? ', early' : ''}; ${words[verdict.basis]}${by}` },
    ],
    color,
  )
  const limit = 1 / settings.falseAlarmRate
  const rows = verdict.metrics.map(each => [
    `  ${safeText(each.name)}`,
    each.status === 'OK' ? each.verdict : each.status,
    comparisonText(each),
    evidenceText(each.evidence, limit),
  ])
  const titles = ['  METRIC', 'VERDICT', 'CANARY TO STABLE', `EVIDENCE (LIMIT ${limit.toFixed(0)})`]
  const table = renderTable(
    titles.map(title => ({ title })),
    rows,
    { color, ...(columns === undefined ? {} : { columns }) },
  )
  return `${head}\n${table}`
}

function iconOf({ verdict, exitCode }: VerdictDocument): Icon {
  if (verdict === 'Healthy') return icons.ok
  return exitCode === 3 ? icons.bad : icons.warning
}

function comparisonText({ ratio, interval, scale, status }: MetricVerdict): string {
  if (status === 'NoData' || status === 'NoAnalysis') return '-'
  const [low, high] = interval
  const text = (value: number) => (scale === 'log' ? value.toFixed(2) : `${value.toFixed(1)} sd`)
  return `${text(ratio)}${scale === 'log' ? 'x' : ''} (${text(low)} to ${text(high)})`
}

/** The odds under no difference are below one in this. */
const evidenceText = (evidence: number, limit: number): string =>
  evidence >= 1000 * limit ? `> ${1000 * limit}` : evidence < 0.01 ? '< 0.01' : evidence.toPrecision(2)
