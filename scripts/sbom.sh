#!/usr/bin/env bash
# Writes the SBOM of what runs (CycloneDX 1.6, JSON): Python packages and pages as they are locked, the engine as it was built here.
#
#   scripts/sbom.sh [FILE]      by itself build/sbom.cdx.json
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/scripts/lib.sh"
cd "$root"

out=${1:-build/sbom.cdx.json}
bin=$(tool sbom)/bin
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
quietly sbom "$bin/cyclonedx-py" requirements --pyproject pyproject.toml --output-reproducible --output-file "$work/python.json" \
  requirements/run.txt
"$bin/python" scripts/sbom.py "$work/python.json" web/package-lock.json .venv/lib/python3*/site-packages "$out"
say "$out"
