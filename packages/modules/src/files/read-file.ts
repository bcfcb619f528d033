import {
  absent,
  HostwrightError,
  lines,
  type ProbeOutput,
  present,
  type Reading,
  Secret,
  type Sh,
  sh,
  unknown,
  unreadable,
} from '@hostwright/core';
import {
  contentBytesMax,
  type DeclaredContent,
  desiredBytes,
  type ObservedContent,
  sha256Of,
  shownBytesMax,
  shownText,
} from './file-content.ts';
import { type PathStatus, parsePaths, probePaths, unreadablePath } from './path-status.ts';

/** A file on the host. */
export interface ObservedFile extends PathStatus, ObservedContent {}

/** What reading a file needs to know of its declaration. `content` is there, but undefined, until its output is known. */
export interface FileKeys extends DeclaredContent {
  readonly path: string;
  readonly ensure?: 'present' | 'absent';
}

/** Commands of the fragments that read and write files: coreutils and findutils, which every Debian has. */
export const fileCommands = ['stat', 'find', 'sha256sum', 'base64', 'mktemp'] as const;

/**
 * Status of all files with one stat(1), digests with one sha256sum(1). Short files that differ send their content
 * along, so that the plan can show a diff without a second round trip; those that hold a secret never do.
 */
export function probeFiles(specs: readonly FileKeys[]): Sh {
  const status = probePaths(
    specs.map(({ path }) => path),
    '',
  );
  const managed = specs.filter(isContentManaged);
  if (managed.length === 0) return status;
  const arms = specs.flatMap((spec, index) => shipArm(spec, index));
  return sh`${status}
show() {
  size=$(wc -c <"$2") && [ $((size)) -le ${shownBytesMax} ] && printf 'C%s %s\\n' "$1" "$(base64 <"$2" | tr -d '\\n')"
}
find ${managed.map(({ path }) => path)} -maxdepth 0 -type f -size -${contentBytesMax + 1}c -exec sha256sum -- {} + 2>/dev/null |
while IFS= read -r line; do
  printf 'H%s\\n' "$line"
  hash=\${line%%  *}; hash=\${hash#\\\\}; name=\${line#*  }
  case $name in
${lines([...arms, sh`*) ;;`])}
  esac
done
:`;
}

function isContentManaged(spec: FileKeys): boolean {
  return 'content' in spec && spec.ensure !== 'absent';
}

function shipArm(spec: FileKeys, index: number): readonly Sh[] {
  const bytes = desiredBytes(spec);
  if (bytes === undefined || spec.content instanceof Secret || !isContentManaged(spec)) return [];
  const hash = sha256Of(bytes);
  return [sh`${summedName(spec.path)}) [ "$hash" = ${hash} ] || show ${index} ${spec.path};;`];
}

/** A name as GNU sha256sum prints it: backslashes doubled, with one more before the digest. */
function summedName(path: string): string {
  return path.replaceAll('\\', '\\\\');
}

/** Errors: PROBE_FAILED for what may not be read, FILE_NOT_REGULAR for what is no regular file. */
export function parseFiles(
  { stdout }: ProbeOutput,
  specs: readonly FileKeys[],
): readonly Reading<ObservedFile>[] {
  const outputLines = stdout.split('\n');
  const sums = new Map(outputLines.flatMap(sumLine));
  const texts = new Map(outputLines.flatMap(textLine));
  const findings = parsePaths(
    stdout,
    specs.map(({ path }) => path),
  );
  return specs.map((spec, index): Reading<ObservedFile> => {
    const finding = findings[index];
    if (finding === undefined || finding.is === 'absent') return absent;
    if (finding.is === 'unreadable') return unreadable(finding.error);
    if (finding.is === 'no parent') {
      if (spec.ensure === 'absent') return absent;
      return unknown(`the directory ${finding.parent} does not exist`);
    }
    const { status } = finding;
    const isRemoval = spec.ensure === 'absent' && status.kind === 'link';
    if (status.kind !== 'file' && !isRemoval) return unreadable(notRegular(spec.path, status.kind));
    const sha256 = sums.get(summedName(spec.path));
    if (sha256 === undefined && isContentManaged(spec) && status.size <= contentBytesMax) {
      return unreadable(unreadablePath(spec.path, 'its content may not be read'));
    }
    const text = texts.get(index);
    return present({
      ...status,
      ...(sha256 === undefined ? {} : { sha256 }),
      ...(text === undefined ? {} : { text }),
    });
  });
}

/** Errors: FILE_NOT_REGULAR */
export function notRegular(path: string, kind: PathStatus['kind']): HostwrightError {
  const found = { directory: 'a directory', link: 'a symbolic link', other: 'no regular file' };
  const what = kind === 'file' ? 'a file' : found[kind];
  return new HostwrightError('FILE_NOT_REGULAR', { problem: `${path} is ${what}.` });
}

function sumLine(line: string): readonly (readonly [string, string])[] {
  const match = /^H(\\?)([0-9a-f]{64}) [ *](\/.*)$/.exec(line);
  if (match === null) return [];
  const [, escaped, sum = '', name = ''] = match;
  return [[escaped === '' ? summedName(name) : name, sum]];
}

function textLine(line: string): readonly (readonly [number, string])[] {
  const match = /^C(\d+) ([A-Za-z0-9+/]*={0,2})$/.exec(line);
  if (match === null) return [];
  const text = shownText(Buffer.from(match[2] ?? '', 'base64'));
  return text === undefined ? [] : [[Number(match[1]), text]];
}
