import { statSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { controllerRules } from '../analysis/run/cluster-version.ts'
import type { Context } from '../context/context.ts'
import type { KubeObject } from '../context/kube-object.ts'
import { analysisTemplates, clusterAnalysisTemplates } from '../kube/resource-types.ts'
import { type Finding, isAtLeast, type Severity, severities } from '../lint/finding.ts'
import { fixFiles } from '../lint/fix/fix-files.ts'
import { unifiedDiff } from '../lint/fix/unified-diff.ts'
import { type LintInput, type LintResult, lint } from '../lint/lint.ts'
import { lintReport, summaryOf } from '../lint/lint-report.ts'
import type { LintOptions } from '../lint/model/project.ts'
import { ruleOf, rules } from '../lint/rules.ts'
import { readTexts } from '../manifests/read-manifests.ts'
import { renderFindings, renderRule, renderRules, summaryText } from '../output/lint-view.ts'
import { didYouMean } from '../values/did-you-mean.ts'
import { type Outcome, usage } from '../values/failure.ts'
import { parseGoDuration } from '../values/go-duration.ts'
import { parseResourceArg } from './resource-arg.ts'
import { documentFormats, type OutputChoice, show } from './show.ts'

export interface AnalysisLintInput extends OutputChoice {
  filename?: string[] | undefined
  recursive?: boolean
  severity?: string | undefined
  fix?: boolean
  'dry-run'?: boolean
  list?: boolean
  explain?: string | undefined
  'controller-version'?: string | undefined
  'scrape-interval'?: string | undefined
}

/**
 * `analysis lint`: checks files and templates of the cluster, all together.
 *
 * @param version of this program, for SARIF
 * @returns `negative` for an error or a warning, `usage` when a file cannot be read as YAML; infos are no failure
 */
export async function runAnalysisLint(
  texts: readonly string[],
  flags: AnalysisLintInput,
  version: string,
  context: Context,
): Promise<Outcome> {
  if (flags.list || flags.explain !== undefined) return explain(flags, context)
  const options = optionsFrom(flags)
  const least = severityFrom(flags.severity)
  const input = await inputFrom(texts, flags, context)
  if (flags['dry-run'] && !flags.fix)
    throw usage('--dry-run is of --fix: nothing else changes anything', { reason: 'InvalidFlag' })
  const isShown = (finding: Finding) => isAtLeast(finding.severity, least)
  const result = flags.fix
    ? fix(input, options, isShown, flags, context)
    : { ...lint(input, options), files: input.files }
  if (result === undefined) return 'done'
  if (result.checked === 0 && !result.isUnreadable)
    throw usage('there is nothing to check: no AnalysisTemplate, AnalysisRun, Rollout, Experiment or Stage', {
      reason: 'NothingSelected',
    })
  const findings = result.findings.filter(isShown)
  await print(findings, result, version, flags, context)
  if (result.isUnreadable) return 'usage'
  return findings.some(({ severity }) => severity !== 'info') ? 'negative' : 'done'
}

type Checked = LintResult & Pick<LintInput, 'files'>

/** Writes the corrected files, or shows the change; undefined when that was all. */
function fix(
  input: LintInput,
  options: LintOptions,
  isShown: (finding: Finding) => boolean,
  flags: AnalysisLintInput,
  context: Context,
): Checked | undefined {
  const isDry = flags['dry-run'] ?? false
  const fixes = fixFiles(input, options, isShown)
  for (const { name, before, after } of fixes.files)
    if (isDry) context.stdout.write(unifiedDiff(name, before, after))
    else writeFileSync(resolve(context.workingDirectory, name), after)
  const many = fixes.fixed === 1 ? '1 finding' : `${fixes.fixed} findings`
  const where = fixes.files.length === 1 ? '1 file' : `${fixes.files.length} files`
  context.stderr.write(`${isDry ? 'would put right' : 'put right'} ${many} in ${where}\n`)
  if (isDry) return undefined
  const written = new Map(fixes.files.map(({ name, after }) => [name, after]))
  return {
    ...fixes.result,
    files: input.files.map(file => ({ name: file.name, text: written.get(file.name) ?? file.text })),
  }
}

async function print(
  findings: readonly Finding[],
  { files, checked }: Checked,
  version: string,
  flags: AnalysisLintInput,
  context: Context,
): Promise<void> {
  const { stdout, stderr } = context
  if (flags.output === 'sarif') {
    const { sarifLog } = await import('../report/lint-sarif.ts')
    stdout.write(`${JSON.stringify(sarifLog(findings, rules, files, version), null, 2)}\n`)
  } else if (flags.output === 'github') {
    const { githubAnnotations } = await import('../report/lint-github.ts')
    stdout.write(githubAnnotations(findings))
  } else {
    const report = lintReport(findings, checked)
    const rendering = { columns: stdout.columns, color: stdout.hasColor }
    const view = () => renderFindings(findings, files, rendering)
    await show({ object: () => report, info: () => report, view }, flags, context, documentFormats)
    if (flags.output !== undefined && flags.output !== 'table' && flags.output !== 'wide') return
  }
  const more = findings[0] ? ` (--explain ${findings[0].rule} says more)` : ''
  stderr.write(`${summaryText(summaryOf(findings, checked))}${more}\n`)
}

function explain({ explain: id, output, ...flags }: AnalysisLintInput, context: Context): Promise<Outcome> | Outcome {
  const { stdout } = context
  const rendering = { columns: stdout.columns, color: stdout.hasColor }
  const rule = id === undefined ? undefined : ruleOf(id)
  if (id !== undefined && rule === undefined) {
    const near = didYouMean(
      id,
      rules.flatMap(each => [each.id, each.name]),
    )
    throw usage(`there is no rule ${JSON.stringify(id)}`, {
      reason: 'UnknownRule',
      hints: [near === undefined ? 'kubectl canary analysis lint --list shows all of them' : `did you mean ${near}?`],
    })
  }
  const documentOf = ({ check: _, ...each }: (typeof rules)[number]) => each
  const shown = rule
    ? { document: documentOf(rule), view: () => renderRule(rule, rendering) }
    : { document: { rules: rules.map(documentOf) }, view: () => renderRules(rules, rendering) }
  const choice = { ...flags, output }
  return show(
    { object: () => shown.document, info: () => shown.document, view: shown.view },
    choice,
    context,
    documentFormats,
  ).then(() => 'done')
}

function optionsFrom(flags: AnalysisLintInput): LintOptions {
  const { 'controller-version': text = '1.9', 'scrape-interval': scrape = '15s' } = flags
  const version = controllerRules(text)
  if (version === undefined)
    throw usage(`invalid --controller-version ${JSON.stringify(text)}: it is 1.9 (that and older) or 1.10`, {
      reason: 'InvalidFlag',
    })
  const scrapeIntervalMs = parseGoDuration(scrape)
  if (scrapeIntervalMs <= 0)
    throw usage(`--scrape-interval must be longer than nothing: ${scrape}`, { reason: 'InvalidFlag' })
  return { version, scrapeIntervalMs }
}

function severityFrom(text = 'info'): Severity {
  const severity = severities.find(each => each === text.toLowerCase())
  if (severity === undefined)
    throw usage(`--severity is one of ${severities.join(', ')}, not ${JSON.stringify(text)}`, { reason: 'InvalidFlag' })
  return severity
}

async function inputFrom(texts: readonly string[], flags: AnalysisLintInput, context: Context): Promise<LintInput> {
  const named = texts.filter(text => isFile(text, context))
  const templates = texts.filter(text => !named.includes(text))
  const paths = [...named, ...(flags.filename ?? [])]
  if (paths.length === 0 && templates.length === 0)
    throw usage('no file and no template is named', {
      reason: 'MissingArgument',
      hints: [
        'name files, directories, - for stdin, or templates of the cluster: kubectl canary analysis lint templates/',
      ],
    })
  if (flags.fix && !flags['dry-run'] && (paths.includes('-') || templates.length > 0))
    throw usage('--fix writes files: stdin and templates of the cluster cannot be fixed', {
      reason: 'InvalidFlag',
      hints: ['add --dry-run to see what would change in stdin'],
    })
  return {
    files: await readTexts(paths, { recursive: flags.recursive ?? false }, context),
    objects: templates.length === 0 ? [] : await fromCluster(templates, context),
  }
}

/** `-`, what is there, and what looks like a file; everything else is the name of a template. */
function isFile(text: string, { workingDirectory }: Context): boolean {
  if (text === '-' || /\.(?:ya?ml|json)$/.test(text) || /^(?:\.{0,2}\/|\.{1,2}$)/.test(text)) return true
  return statSync(resolve(workingDirectory, text), { throwIfNoEntry: false }) !== undefined
}

/** The named templates and those that they refer to. */
async function fromCluster(texts: readonly string[], context: Context): Promise<Record<string, unknown>[]> {
  const client = await context.kube()
  const found = new Map<string, Record<string, unknown>>()
  const todo = texts.map(text => parseResourceArg(text, [analysisTemplates, clusterAnalysisTemplates]))
  for (let next = todo.shift(); next; next = todo.shift()) {
    const key = `${next.type.kind}/${next.name}`
    if (found.has(key)) continue
    const object = await client.get<
      KubeObject & { spec?: { templates?: { templateName?: string; clusterScope?: boolean }[] } }
    >(next.type, { name: next.name })
    found.set(key, { kind: next.type.kind, ...object })
    for (const { templateName, clusterScope } of object.spec?.templates ?? [])
      if (templateName !== undefined)
        todo.push({ type: clusterScope ? clusterAnalysisTemplates : analysisTemplates, name: templateName })
  }
  return [...found.values()]
}
