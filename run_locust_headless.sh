#!/usr/bin/env bash
# A load test without questions: run_locust_headless.sh [HOST [USERS [SPAWN_RATE [DURATION [LOGLEVEL]]]]]
# What is not given, or empty, comes from the environment or from src/load/config.json.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python=${PYTHON:-$here/.venv/bin/python}

if [[ $# -gt 5 || ${1:-} == -* ]]; then
  echo "Usage: run_locust_headless.sh [HOST [USERS [SPAWN_RATE [DURATION [LOGLEVEL]]]]]" >&2
  exit 2
fi
if ! command -v "$python" > /dev/null; then
  echo "Error: $python is not there: \`make load-test\` sets everything up." >&2
  exit 2
fi

cd "$here"
exec "$python" -m src load run --yes \
  ${1:+--host "$1"} ${2:+--users "$2"} ${3:+--spawn-rate "$3"} ${4:+--duration "$4"} ${5:+--loglevel "$5"}
