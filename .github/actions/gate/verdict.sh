#!/usr/bin/env bash
# Ends the job as the gate decided: the GATE_ variables say how.
set -euo pipefail
case "$GATE_VERDICT" in
  passed) echo "the gate has passed" ;;
  skipped) echo "::notice title=Bellwether gate::nothing was run; the job summary says why" ;;
  not_enough_evidence)
    if [ "$GATE_MODE" = fallback ]; then
      echo "::notice title=Bellwether gate::not enough evidence from a stand-in judge; a run with the real judge decides"
    elif [ "$GATE_EXIT_CODE" = 0 ] || [ "$GATE_FAIL_ON_INSUFFICIENT" != true ]; then
      echo "::warning title=Bellwether gate::not enough evidence; the policy lets that pass"
    else
      echo "::error title=Bellwether gate::not enough evidence to let this change pass"
      exit 3
    fi
    ;;
  failed)
    if [ "$GATE_MODE" = fallback ] && [ "$GATE_JUDGE_ALONE" = true ]; then
      echo "::warning title=Bellwether gate::a stand-in judge finds the answers wanting; a run with the real judge decides"
      exit 0
    fi
    echo "::error title=Bellwether gate::the gate has failed"
    exit 1
    ;;
  *)
    echo "::error title=Bellwether gate::the gate did not finish (exit code $GATE_EXIT_CODE)"
    exit 1
    ;;
esac
# A passed gate whose result could not be published or recorded is not done.
if [ "$GATE_VERDICT" = passed ] && [ "$GATE_EXIT_CODE" != 0 ]; then
  echo "::error title=Bellwether gate::the result could not be published or recorded"
  exit 1
fi
