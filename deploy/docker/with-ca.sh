#!/bin/sh
# Runs a command with the build secret `ca` (a PEM bundle), if there is one, as what pip and npm trust.
if [ -s /run/secrets/ca ]; then
  export PIP_CERT=/run/secrets/ca NODE_EXTRA_CA_CERTS=/run/secrets/ca
fi
exec "$@"
