import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../src/lib/context/kube-object.ts'
import { rollouts } from '../../src/lib/kube/resource-types.ts'
import type { Rollout } from '../../src/lib/rollouts/rollout.ts'
import { type FakeTerminal, fakeClient, fakeContext } from '../fakes/context.ts'
import { runCommand } from '../fakes/run-command.ts'
import {
  aborted,
  healthy,
  manuallyPaused,
  paused,
  progressing,
  replicaSet,
} from '../unit/rollouts/actions/rollout-builders.ts'

const ref = { namespace: 'loans', name: 'loans-api' }
const image = 'registry.example.com/loans-api'
const sets = [replicaSet(4, 'stable', `${image}:1.9.0`), replicaSet(5, 'canary', `${image}:2.0.0`)].map(each => ({
  ...each,
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
}))
const labelled = (rollout: Rollout, name: string): Rollout => ({
  ...rollout,
  metadata: { ...rollout.metadata, name, uid: `uid-${name}`, labels: { team: 'loans' } },
})
const owned: Rollout = progressing({
  annotations: { 'argocd.argoproj.io/tracking-id': 'loans:argoproj.io/Rollout:loans/loans-api' },
})
const application: KubeObject = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: { name: 'loans', namespace: 'argocd' },
  ...{
    spec: {
      source: { repoURL: 'https://git.example.com/loans.git', path: 'prod' },
      syncPolicy: { automated: { selfHeal: true } },
    },
    status: { sync: { revision: '8d1f0c2' } },
  },
}

function cluster(objects: KubeObject[], tty?: FakeTerminal) {
  const { client, store } = fakeClient({ objects: [...objects, ...sets], namespace: 'loans' })
  const context = fakeContext({ client, ...(tty && { tty }) })
  return { client, store, context, run: (line: string | string[]) => runCommand(line, context) }
}

/** What a person sees, with the exit code: one golden file each, reviewed as text. */
const scenes: { name: string; objects: KubeObject[]; line: string | string[]; tty?: FakeTerminal }[] = [
  { name: 'promote', objects: [paused()], line: 'rollout promote loans-api' },
  {
    name: 'promote-both-pauses',
    objects: [paused({ spec: { paused: true } })],
    line: 'rollout promote loans-api --show-request',
  },
  { name: 'promote-dry-run', objects: [paused()], line: 'rollout promote loans-api --dry-run=client' },
  { name: 'promote-not-paused', objects: [progressing()], line: 'rollout promote loans-api' },
  {
    name: 'promote-expected-elsewhere',
    objects: [paused({ step: 3 })],
    line: 'rollout promote loans-api --expect-step 1',
  },
  { name: 'promote-aborted', objects: [aborted()], line: 'rollout promote loans-api' },
  { name: 'promote-contradiction', objects: [paused()], line: 'rollout promote loans-api --full --to-step 3' },
  { name: 'promote-info', objects: [paused()], line: 'rollout promote loans-api -o info' },
  { name: 'promote-events', objects: [paused()], line: 'rollout promote loans-api -o ndjson --reason ok' },
  {
    name: 'promote-several',
    objects: [paused(), labelled(healthy(), 'other')],
    line: 'rollout promote loans-api other missing',
  },
  {
    name: 'promote-selected',
    objects: [labelled(paused(), 'one'), labelled(paused(), 'two')],
    line: 'rollout promote -l team=loans',
  },
  { name: 'promote-all-namespaces', objects: [paused()], line: 'rollout promote -A -l team=loans' },
  { name: 'promote-unnamed', objects: [paused()], line: 'rollout promote' },
  { name: 'promote-named-twice', objects: [paused()], line: 'rollout promote loans-api ro/loans-api' },
  { name: 'promote-wrong-kind', objects: [paused()], line: 'rollout promote deploy/loans-api' },
  { name: 'promote-unknown-goal', objects: [paused()], line: 'rollout promote loans-api --wait=helthy' },
  { name: 'resume', objects: [manuallyPaused()], line: 'rollout resume loans-api' },
  { name: 'pause', objects: [progressing()], line: 'rollout pause loans-api' },
  { name: 'abort', objects: [progressing()], line: 'rollout abort loans-api' },
  { name: 'abort-nothing', objects: [healthy()], line: 'rollout abort loans-api' },
  { name: 'retry', objects: [aborted()], line: 'rollout retry loans-api' },
  { name: 'restart-later', objects: [healthy()], line: 'rollout restart loans-api --in 10m' },
  { name: 'restart-bad-delay', objects: [healthy()], line: 'rollout restart loans-api --in tomorrow' },
  { name: 'undo', objects: [progressing()], line: 'rollout undo loans-api' },
  {
    name: 'undo-dry-run',
    objects: [progressing()],
    line: 'rollout undo loans-api --dry-run=client',
    tty: { color: true },
  },
  { name: 'undo-unknown-revision', objects: [progressing()], line: 'rollout undo loans-api --to-revision 9' },
  { name: 'undo-self-heal', objects: [owned, application], line: 'rollout undo loans-api' },
  { name: 'undo-even-if-managed', objects: [owned, application], line: 'rollout undo loans-api --even-if-managed' },
  { name: 'set-image', objects: [progressing()], line: `rollout set-image loans-api loans-api=${image}:2.0.1` },
  { name: 'set-image-unknown', objects: [progressing()], line: 'rollout set-image loans-api loan-api=x:1' },
  { name: 'set-image-no-image', objects: [progressing()], line: 'rollout set-image loans-api' },
  { name: 'diff', objects: [progressing()], line: 'rollout diff loans-api' },
  { name: 'diff-colour', objects: [progressing()], line: 'rollout diff loans-api', tty: { color: true } },
  { name: 'diff-json', objects: [progressing()], line: 'rollout diff loans-api -o json' },
  { name: 'diff-nothing', objects: [healthy()], line: 'rollout diff loans-api' },
  { name: 'wait', objects: [paused()], line: 'rollout wait loans-api --for healthy --for paused' },
  { name: 'wait-terminal', objects: [paused()], line: 'rollout wait loans-api --for paused', tty: {} },
  { name: 'wait-degraded', objects: [aborted()], line: 'rollout wait loans-api --for healthy' },
  { name: 'wait-held', objects: [paused()], line: 'rollout wait loans-api --for healthy' },
  {
    name: 'wait-once-other-image',
    objects: [healthy()],
    line: 'rollout wait loans-api --for healthy --image :3 --once',
  },
  { name: 'wait-events', objects: [aborted()], line: 'rollout wait loans-api --for healthy -o ndjson' },
  { name: 'wait-missing', objects: [], line: 'rollout wait loans-api --for healthy' },
  { name: 'wait-for-nothing', objects: [paused()], line: 'rollout wait loans-api' },
  { name: 'wait-bad-goal', objects: [paused()], line: 'rollout wait loans-api --for stp=3' },
  {
    name: 'wait-bad-version',
    objects: [paused()],
    line: 'rollout wait loans-api --for paused --changed-since yesterday',
  },
  { name: 'logs-none', objects: [progressing()], line: 'rollout logs loans-api --canary' },
  { name: 'logs-contradiction', objects: [progressing()], line: 'rollout logs loans-api --canary --stable' },
]

describe('actions, as people see them', () => {
  it.each(scenes)('$name', async ({ name, objects, line, tty }) => {
    const { stdout, stderr, exitCode } = await cluster(objects, tty).run(line)
    const shown = `$ kubectl canary ${line}\n${stdout}--- stderr\n${stderr}--- exit ${exitCode}\n`
    await expect(shown.replaceAll('\u001b', '<ESC>').replaceAll('\r', '<CR>')).toMatchFileSnapshot(
      `../golden/rollout-actions/${name}.txt`,
    )
  })
})

describe('actions', () => {
  it('on several objects: the worst outcome, and everybody has a turn', async () => {
    const { run, store } = cluster([paused(), labelled(healthy(), 'other')])
    expect((await run('rollout promote other loans-api')).exitCode).toBe(7)
    expect(store.get<Rollout>(rollouts, ref).status?.pauseConditions).toBeUndefined()
    expect((await run('rollout promote missing other')).exitCode).toBe(1)
  })

  it('on a selection: only with --yes', async () => {
    const { run, store } = cluster([labelled(paused(), 'one'), labelled(paused(), 'two')])
    const one = { namespace: 'loans', name: 'one' }
    expect((await run('rollout promote -l team=loans')).exitCode).toBe(7)
    expect(store.get<Rollout>(rollouts, one).status?.pauseConditions).toHaveLength(1)
    expect((await run('rollout promote -l team=loans --yes')).exitCode).toBe(0)
    expect(store.get<Rollout>(rollouts, one).status?.pauseConditions).toBeUndefined()
  })

  it.each([
    ['json', /^\{\n {4}"apiVersion": "argoproj.io\/v1alpha1",\n[\s\S]*"name": "loans-api"/],
    ['name', /^rollout.argoproj.io\/loans-api\n$/],
    ['jsonpath={.status.currentStepIndex}', /^1$/],
  ])('print the object after the action with -o %s', async (format, expected) => {
    const { stdout, exitCode } = await cluster([paused()]).run(['rollout', 'promote', 'loans-api', '-o', format])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(expected)
    expect(stdout).not.toContain('pauseConditions')
  })

  it('send the field manager and leave an Event', async () => {
    const { run, store, client } = cluster([paused()])
    await run(['rollout', 'promote', 'loans-api', '--field-manager=ci', '--event', '--reason', 'looks good'])
    const patch = client.requests.find(request => request.method === 'PATCH')
    expect(patch?.options).toMatchObject({ fieldManager: 'ci' })
    const events = { group: '', version: 'v1', resource: 'events', kind: 'Event', namespaced: true }
    expect(store.all<KubeObject & { message: string }>(events, 'loans')[0]?.message).toMatch(/; reason: looks good$/)
  })

  it('leave no Event when nothing is changed', async () => {
    const { run, client } = cluster([paused()])
    await run('rollout promote loans-api --event --dry-run=server')
    expect(client.requests.map(request => request.method)).toEqual(['GET', 'PATCH'])
  })

  it('wait for what follows, and print the object as it is then', async () => {
    const { run, store, context } = cluster([paused()])
    let ended: Awaited<ReturnType<typeof run>> | undefined
    const running = run('rollout promote loans-api --wait -o jsonpath={.status.currentStepIndex}').then(result => {
      ended = result
    })
    // the controller's turn
    context.clock.schedule(1000, () => {
      const status = { currentStepIndex: 2, controllerPause: null, phase: 'Progressing', message: 'more' }
      store.patch(rollouts, ref, { type: 'merge', body: { status }, subresource: 'status' }, {})
    })
    context.clock.schedule(2000, () => {
      const pauseConditions = [{ reason: 'CanaryPauseStep', startTime: '2026-11-24T12:30:00Z' }]
      const status = {
        currentStepIndex: 3,
        controllerPause: true,
        phase: 'Paused',
        message: 'CanaryPauseStep',
        pauseConditions,
      }
      store.patch(rollouts, ref, { type: 'merge', body: { status }, subresource: 'status' }, {})
    })
    for (let turn = 0; turn < 400 && ended === undefined; turn++) {
      await new Promise(resolve => setTimeout(resolve, 2))
      await context.clock.advance(100)
    }
    await running
    expect(ended).toMatchObject({ exitCode: 0, stdout: '3' })
    expect(ended?.stderr).toContain('rollout loans/loans-api is Paused - CanaryPauseStep (met: paused)')
  })
})
