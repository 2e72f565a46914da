import { analysis } from './analysis.ts'
import {
  configMissing,
  containerNotStarting,
  crashLoop,
  imagePull,
  initFailing,
  livenessProbe,
  outOfMemory,
} from './containers.ts'
import { controllerNotRunning, reconcileError, specNotObserved, unpausing, workloadNotObserved } from './controller.ts'
import { promoted, specialCourse } from './course.ts'
import { podsNotCreated } from './creation.ts'
import {
  aborted,
  blueGreenCutover,
  disruptionBudget,
  oldPodsEnding,
  podsStarting,
  progressDeadline,
  restarting,
  scaleDownDelay,
  stepUnderWay,
} from './lifecycle.ts'
import { deadlineAhead, nextStop } from './next.ts'
import { autoscalerFights, managedElsewhere } from './ownership.ts'
import { blueGreenPause, canaryPause, inconclusiveExperimentPause, pausedManually } from './pauses.ts'
import { minReadySeconds, readinessGate, readinessProbe } from './readiness.ts'
import {
  evicted,
  nodeLost,
  sandboxOrVolume,
  schedulingGate,
  stuckTerminating,
  unschedulable,
  volumePending,
} from './scheduling.ts'
import type { Rule } from './situation.ts'
import { invalidSpec } from './spec.ts'
import { experiment, stepPlugin } from './step-work.ts'
import { serviceNotSwitched, trafficWithoutPods, weightDiffers, weightNotVerified } from './traffic.ts'

/**
 * The controller has not looked at what is there now. Whatever else the status says is from before, so it can only block
 * what comes after.
 */
export const unseenRules: readonly Rule[] = [controllerNotRunning, specNotObserved, workloadNotObserved]

/**
 * All other rules, in the order in which their findings are told within `blocks now`, `blocks next` and `worth knowing`:
 * whatever stops everything first, then causes before their consequences (a failing pod before the deadline that it
 * misses, a failed analysis before the abort that follows it).
 */
export const rules: readonly Rule[] = [
  invalidSpec,
  reconcileError,
  pausedManually,
  podsNotCreated,
  imagePull,
  configMissing,
  containerNotStarting,
  initFailing,
  outOfMemory,
  livenessProbe,
  crashLoop,
  schedulingGate,
  volumePending,
  unschedulable,
  sandboxOrVolume,
  evicted,
  nodeLost,
  readinessProbe,
  readinessGate,
  disruptionBudget,
  stuckTerminating,
  minReadySeconds,
  autoscalerFights,
  weightNotVerified,
  analysis,
  stepPlugin,
  experiment,
  inconclusiveExperimentPause,
  progressDeadline,
  aborted,
  canaryPause,
  blueGreenPause,
  unpausing,
  restarting,
  deadlineAhead,
  nextStop,
  promoted,
  specialCourse,
  trafficWithoutPods,
  weightDiffers,
  serviceNotSwitched,
  scaleDownDelay,
  managedElsewhere,
]

/** Ordinary waiting, told only where nothing else holds the rollout up. */
export const waitingRules: readonly Rule[] = [podsStarting, blueGreenCutover, oldPodsEnding, stepUnderWay]
