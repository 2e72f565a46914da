import { describe, expect, it } from 'vitest'
import { goalText, parseGoal } from '../../../../src/lib/rollouts/wait/goals.ts'
import { Failure } from '../../../../src/lib/values/failure.ts'

describe('parseGoal', () => {
  it.each([
    ['paused', { kind: 'paused' }],
    ['Healthy', { kind: 'healthy' }],
    ['degraded', { kind: 'degraded' }],
    ['delete', { kind: 'delete' }],
    ['deleted', { kind: 'delete' }],
    ['step=3', { kind: 'step', step: 3 }],
    ['weight=50', { kind: 'weight', weight: 50 }],
    ['setweight=50', { kind: 'setweight', weight: 50 }],
    ['setWeight=50', { kind: 'setweight', weight: 50 }],
    ['phase=progressing', { kind: 'phase', phase: 'Progressing' }],
    ['revision=7', { kind: 'revision', revision: 7 }],
    ['condition=Available', { kind: 'condition', type: 'Available', status: 'True' }],
    ['condition=Paused=False', { kind: 'condition', type: 'Paused', status: 'False' }],
    ['message=/timed out/i', { kind: 'message', pattern: /timed out/i }],
    ['message=1+1', { kind: 'message', pattern: /1\+1/ }],
    ['jsonpath={.status.phase}=Healthy', { kind: 'jsonpath', template: '{.status.phase}', value: 'Healthy' }],
    ['jsonpath={.status.stableRS}', { kind: 'jsonpath', template: '{.status.stableRS}' }],
    ['jsonpath=.status.phase=a=b', { kind: 'jsonpath', template: '{.status.phase}', value: 'a=b' }],
    ['jsonpath=status.phase', { kind: 'jsonpath', template: '{.status.phase}' }],
    [
      'jsonpath={.status.conditions[?(@.type=="}")].status}=x',
      { kind: 'jsonpath', template: '{.status.conditions[?(@.type=="}")].status}', value: 'x' },
    ],
  ])('reads %s', (text, goal) => {
    expect(parseGoal(text)).toEqual(goal)
  })

  it.each([
    ['helthy', /"helthy" is nothing to wait for \(at character 1\)/, /Did you mean healthy\?/],
    ['', /"" is nothing to wait for/, /paused, healthy/],
    ['stp=3', /"stp" is nothing/, /Did you mean step=3\?/],
    ['healthy=yes', /healthy takes no value \(at character 8\)/, /./],
    ['step', /step needs a value \(at character 5\)/, /./],
    ['step=', /step needs a value \(at character 6\)/, /./],
    ['step=3x', /expected a whole number \(at character 7\)/, /./],
    ['step=-1', /expected a whole number \(at character 6\)/, /./],
    ['phase=Helthy', /"Helthy" is no phase .*\(at character 7\)/, /Did you mean phase=Healthy\?/],
    ['condition==True', /expected the type/, /./],
    ['condition=Available=', /expected the status/, /./],
    ['jsonpath={.status', /a \{ is not closed \(at character 18\)/, /./],
    ['jsonpath={.status}x', /expected = and a value after the JSONPath \(at character 19\)/, /./],
    ['message=/x', /the closing \/ is missing \(at character 11\)/, /./],
    ['message=/x/y', /unknown flag in "y"/, /./],
    ['message=//', /the pattern is empty/, /./],
    ['message=/(/', /Unterminated group/, /./],
    ['message=/(a+)+/', /must not be repeated itself \(at character 14\)/, /./],
    ['message=/(a|b)*c/', /must not be repeated/, /./],
    ['message=/((a{2,}))*/', /must not be repeated/, /./],
    ['message=/(a)\\1/', /references back/, /./],
  ])('refuses %s', (text, message, hint) => {
    let failure: unknown
    try {
      parseGoal(text)
    } catch (error) {
      failure = error
    }
    expect(failure).toBeInstanceOf(Failure)
    expect((failure as Failure).outcome).toBe('usage')
    expect((failure as Failure).message).toMatch(message)
    expect((failure as Failure).hints.join(' ')).toMatch(hint)
  })

  it('names the flag that the goal was given to', () => {
    expect(() => parseGoal('x', '--wait')).toThrow(/^invalid --wait "x"/)
  })

  it('takes harmless repetition', () => {
    expect(() => parseGoal('message=/(ab)+ [(+]+ (a|b) x{3} \\(a+\\)/')).not.toThrow()
  })

  it.each(['step=3', 'message=/a b/i', 'condition=Available', 'condition=Paused=False', 'jsonpath={.a}=b', 'healthy'])(
    'writes %s as it was read',
    text => {
      expect(goalText(parseGoal(text))).toBe(text)
    },
  )
})
