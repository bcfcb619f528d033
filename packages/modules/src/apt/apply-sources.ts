import { type Difference, lines, type Sh, sh } from '@hostwright/core';
import { textWrite, writeFiles } from '../files/write-file.ts';
import type { AptSourceSpec } from './apt-source.ts';
import { type SourceFile, sourcePath, sourceText } from './source-text.ts';

export const sourceCommands = ['apt-get', 'base64', 'mktemp'] as const;

/**
 * apt reads all sources with all changes from a copy before any of them is put in place: one source that it cannot read, or
 * that contradicts another one, keeps it from reading every other.
 */
export function applySources(differences: readonly Difference<AptSourceSpec, SourceFile>[]): Sh {
  const specs = differences.map(({ spec }) => spec);
  const removed = specs.filter(({ ensure }) => ensure === 'absent').map(({ name }) => name);
  const kept = specs.filter(({ ensure }) => ensure !== 'absent');
  const writes = kept.map((spec) => textWrite(sourcePath(spec.name), sourceText(spec)));
  return lines([
    sh`hw_status=0
hw_trial=$(mktemp -d) || exit 1
trap 'rm -rf -- "$hw_trial"' EXIT
trap 'exit 1' HUP INT TERM
for hw_file in /etc/apt/sources.list.d/*; do
  [ ! -f "$hw_file" ] || cp -- "$hw_file" "$hw_trial/" || exit 1
done`,
    ...removed.map((name) => sh`rm -f -- "$hw_trial"/${name}.sources`),
    ...kept.map(
      (spec) => sh`printf '%s' ${sourceText(spec)} >"$hw_trial"/${spec.name}.sources || exit 1`,
    ),
    sh`if ! hw_said=$(apt-get indextargets -o Dir::Etc::sourceparts="$hw_trial" 2>&1 >/dev/null); then
  echo 'apt cannot read its sources with this change; they are as they were.' >&2
  printf '%s\\n' "$hw_said" | sed "s|$hw_trial/|/etc/apt/sources.list.d/|g" >&2
  exit 1
fi`,
    writeFiles(writes),
    ...(removed.length === 0 ? [] : [sh`rm -f -- ${removed.map(sourcePath)} || hw_status=1`]),
    sh`exit "$hw_status"`,
  ]);
}
