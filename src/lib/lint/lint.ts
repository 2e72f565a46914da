import { compareFindings, type Finding } from './finding.ts'
import { editsOf } from './fix/fix.ts'
import { type LintOptions, Project } from './model/project.ts'
import type { ReportDetails, Rule } from './rule.ts'
import { invalidYaml } from './rules/invalid-yaml.ts'
import { unknownIgnore } from './rules/unknown-ignore.ts'
import { ruleOf, rules } from './rules.ts'
import { checkedKinds } from './sources/checked-kinds.ts'
import { type Ignores, ignoresOf, isIgnored } from './sources/ignore-comments.ts'
import { type LintDocument, type LintFile, objectLabel } from './sources/lint-document.ts'
import { keyLine, placeOf, rangeOf, type Target } from './sources/locate.ts'
import { pathText } from './sources/path.ts'
import { readYaml } from './sources/read-yaml.ts'

export interface LintInput {
  files: readonly LintFile[]
  /** objects of the cluster, whose findings have a field's path for position */
  objects?: readonly Record<string, unknown>[]
}

export interface LintResult {
  /** in the order of files and lines */
  findings: Finding[]
  /** how many objects were checked: analyses, and what uses them */
  checked: number
  /** some file is no YAML */
  isUnreadable: boolean
}

/** Checks all objects together against every rule; what comments ignore is left out. */
export function lint({ files, objects = [] }: LintInput, options: LintOptions): LintResult {
  const read = files.map(readYaml)
  const documents: LintDocument[] = [
    ...read.flatMap(each => each.documents),
    ...objects.map(object => ({ object, prefix: [] })),
  ].filter(({ object }) => checkedKinds.has(object.kind))
  const project = new Project(documents, options)
  const ignores = new Map(files.map(file => [file, ignoresOf(file)]))
  const findings = read
    .flatMap(each => each.problems)
    .map(problem => ({
      ...fileFinding(problem.file, invalidYaml, problem, problem.message),
      ...(isHelm(problem.file) ? { hint: 'this is a template of Helm: check what helm template makes of it' } : {}),
    }))
  for (const [file, { mentions }] of ignores)
    for (const mention of mentions)
      if (!ruleOf(mention.id))
        findings.push(fileFinding(file, unknownIgnore, mention, `there is no rule ${mention.id}`))
  const isUnreadable = read.some(each => each.problems.length > 0)
  for (const rule of rules)
    rule.check(project, (target, message, details) => {
      const finding = findingOf(
        rule,
        target,
        message,
        details,
        target.document.file && ignores.get(target.document.file),
      )
      if (finding) findings.push(finding)
    })
  return { findings: findings.sort(compareFindings), checked: documents.length, isUnreadable }
}

const isHelm = ({ text }: LintFile) => /\{\{-?\s*(?:\.|include|template|if|range|with|end|toYaml|tpl|define)/.test(text)

function fileFinding(file: LintFile, rule: Rule, at: { start: number; end: number }, message: string): Finding {
  const { id, name, severity, hint } = rule
  return { rule: id, name, severity, message, hint, object: '', path: '', place: placeOf(file, at) }
}

function findingOf(
  rule: Rule,
  target: Target,
  message: string,
  { severity = rule.severity, hint = rule.hint, fix }: ReportDetails = {},
  ignores: Ignores | undefined,
): Finding | undefined {
  const { document, path } = target
  const { file } = document
  const range = rangeOf(target)
  const place = file && range && placeOf(file, range)
  if (ignores && place && isIgnored(ignores, rule.id, [place.line, ...linesAround(target, ignores)])) return undefined
  const edits = fix && editsOf(fix)
  return {
    rule: rule.id,
    name: rule.name,
    severity,
    message,
    hint,
    object: objectLabel(document),
    path: pathText(path),
    ...(place ? { place } : {}),
    ...(edits ? { edits } : {}),
  }
}

/** The lines on which the fields begin that a target lies in; not looked up where no comment ignores a line. */
function linesAround(target: Target, { lines }: Ignores): (number | undefined)[] {
  if (lines.size === 0) return []
  return target.path.map((_, index) => keyLine({ ...target, path: target.path.slice(0, index + 1) }))
}
