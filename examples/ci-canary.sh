#!/usr/bin/env bash
# A CI job after a GitOps sync: waits until the new image is at the canary's first pause, looks at it, promotes step by
# step, and on a degraded release says why and aborts.
#
#   IMAGE=registry.example/loans-api:v42 NAMESPACE=loans ROLLOUT=loans-api ./ci-canary.sh
#
# Needs `kubectl canary` (or CANARY="node bin/run.cjs"). Exit code: 0 released, 3 degraded and aborted, else as of the
# command that ended it (`kubectl canary rollout wait --help`).
set -uo pipefail

: "${IMAGE:?the image that this job releases}" "${ROLLOUT:?the rollout}" "${NAMESPACE:?its namespace}"
TIMEOUT=${TIMEOUT:-10m}
read -ra canary <<<"${CANARY:-kubectl canary}"

canary() { "${canary[@]}" "$@" -n "$NAMESPACE"; }

explain_and_abort() {
  canary rollout explain "$ROLLOUT"
  canary rollout abort "$ROLLOUT" --expect-image "$IMAGE" --reason "degraded in CI" --wait
  exit 3
}

while true; do
  # Before the sync the old version is still Healthy: --image makes sure that no answer is about it.
  canary rollout wait "$ROLLOUT" --for paused --for healthy --image "$IMAGE" --timeout "$TIMEOUT"
  code=$?
  case $code in
    0) ;;
    3) explain_and_abort ;;
    *) canary rollout explain "$ROLLOUT"; exit $code ;;
  esac

  if canary rollout status "$ROLLOUT" --image "$IMAGE" --watch=false; then
    echo "$ROLLOUT runs $IMAGE everywhere"
    exit 0
  fi

  step=$(canary rollout get "$ROLLOUT" -o jsonpath='{.status.currentStepIndex}') || exit
  canary rollout get "$ROLLOUT"
  # your own checks of the canary go here

  # 7: somebody else moved it meanwhile; look again
  canary rollout promote "$ROLLOUT" --expect-step "$step" --expect-image "$IMAGE" --reason "passed in CI" --wait
  code=$?
  case $code in
    0 | 5 | 7) ;;
    3) explain_and_abort ;;
    *) exit $code ;;
  esac
done
