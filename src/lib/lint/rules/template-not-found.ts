import { didYouMean } from '../../values/did-you-mean.ts'
import type { Project } from '../model/project.ts'
import type { Rule } from '../rule.ts'
import type { Target } from '../sources/locate.ts'

export const templateNotFound: Rule = {
  id: 'CA045',
  name: 'template-not-found',
  severity: 'warning',
  title: 'A template that is not among the files',
  explanation:
    'The Rollout, Experiment, Stage or template refers to a template that is not among what is checked. It may be in the cluster; then its arguments cannot be checked here, which is all that is said (info). Where a template of a similar name is there, the name is probably wrong.',
  hint: 'give its file too, or correct the name',
  example: { wrong: 'templates:\n- templateName: sucess-rate', right: 'templates:\n- templateName: success-rate' },
  check(project, report) {
    const say = (target: Target, name: string, isCluster: boolean) => {
      const kind = isCluster ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate'
      const other = isCluster ? 'AnalysisTemplate' : 'ClusterAnalysisTemplate'
      const near = didYouMean(name, namesOf(project, kind))
      if (namesOf(project, other).includes(name))
        report(target, `there is no ${kind} ${name}, but a ${other}`, { hint: hintFor(target, isCluster) })
      else if (near !== undefined && near !== name)
        report(target, `there is no ${kind} ${name}, did you mean ${near}?`, { hint: `write ${near}` })
      else
        report(target, `${kind} ${name} is not among the files, so its arguments are not checked`, { severity: 'info' })
    }
    for (const { document, missing } of project.references)
      for (const { path, name, isCluster } of missing) say({ document, path }, name, isCluster)
    for (const spec of project.specs)
      for (const { path, templateName, clusterScope } of spec.nested)
        if (!project.template(templateName, clusterScope, spec))
          say({ document: spec.document, path: [...path, 'templateName'] }, templateName, clusterScope)
  },
}

const namesOf = ({ specs }: Project, kind: string) => specs.filter(spec => spec.kind === kind).map(({ name }) => name)

const hintFor = ({ document }: Target, isCluster: boolean) =>
  document.object.kind === 'Stage'
    ? `write kind: ${isCluster ? 'AnalysisTemplate' : 'ClusterAnalysisTemplate'}`
    : `write clusterScope: ${!isCluster}`
