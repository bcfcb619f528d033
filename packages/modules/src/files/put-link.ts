import { sh } from '@hostwright/core';

/**
 * Defines `hw_put_link PATH TARGET`, which puts a symbolic link in the place of whatever file or link is there: one is made beside
 * it and renamed, so that readers see the old one or the new one. It needs mktemp.
 */
export const putLinkFunction = sh`
hw_put_link() (
  dir=\${1%/*}/ temp=
  trap 'code=$?; [ -z "$temp" ] || rm -rf -- "$temp"; exit $code' EXIT
  trap 'exit 1' HUP INT TERM
  temp=$(mktemp -d "$dir.hostwright.XXXXXX") && ln -s -- "$2" "$temp/link" && mv -fT -- "$temp/link" "$1"
)`;
