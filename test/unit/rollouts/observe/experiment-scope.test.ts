import { describe, expect, it } from 'vitest'
import { experimentSelector } from '../../../../src/lib/rollouts/observe/experiment-scope.ts'
import { experiment } from '../builders.ts'

const hash = 'rollouts-pod-template-hash'
const template = (name: string, labels: Record<string, string>, matchLabels: Record<string, string> = {}) => ({
  name,
  selector: { matchLabels },
  template: { metadata: { labels } },
})

describe.each([
  {
    at: 'templates of one rollout',
    templates: [template('a', { app: 'web', [hash]: 'x' }, { app: 'web', [hash]: 'x' }), template('b', { app: 'web' })],
    selector: 'app in (web)',
  },
  {
    at: 'a step that overrides labels',
    templates: [template('a', { app: 'web-a', tier: 'back' }), template('b', { app: 'web', tier: 'back' })],
    selector: 'app in (web,web-a),tier in (back)',
  },
  { at: 'no label in common', templates: [template('a', { x: '1' }), template('b', { y: '2' })], selector: undefined },
  { at: 'no labels but the hash', templates: [template('a', { [hash]: 'x' })], selector: undefined },
  { at: 'no templates', templates: [], selector: undefined },
])('the selector for $at', ({ templates, selector }) => {
  it(`is ${selector}`, () => expect(experimentSelector(experiment('exp', { spec: { templates } }))).toBe(selector))
})

it('leaves out templates that are not wanted', () => {
  const run = experiment('exp', { spec: { templates: [template('a', { app: 'a' }), template('b', { app: 'b' })] } })
  expect(experimentSelector(run, name => name === 'b')).toBe('app in (b)')
})
