#!/usr/bin/env bash
# Installs what `bellwether gate` needs into the checkout that this action came with, once.
set -euo pipefail
cd "$ACTION_FOLDER/../../.."
if [ -d node_modules ]; then
  echo "already installed"
else
  npm ci --no-audit --no-fund
fi
