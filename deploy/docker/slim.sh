#!/bin/sh
# Takes out of a Python environment what no service runs: installers, and the packages' own tests (80 MB).
#
#   slim.sh FOLDER
set -eu
rm -rf "$1/.stamps"
for packages in "$1"/lib/python3*/site-packages; do
  rm -rf "$packages"/pip "$packages"/pip-*.dist-info "$packages"/setuptools "$packages"/setuptools-*.dist-info \
    "$packages"/_distutils_hack "$packages"/distutils-precedence.pth "$packages"/pkg_resources
  find "$packages/numpy" "$packages/scipy" "$packages/sklearn" -type d -name tests -prune -exec rm -rf {} +
done
rm -f "$1"/bin/pip* "$1"/bin/f2py* "$1"/bin/numpy-config
