import { isUtf8 } from 'node:buffer';
import {
  absent,
  type Difference,
  HostwrightError,
  lines,
  type ProbeOutput,
  present,
  type Reading,
  reveal,
  type Secret,
  type Sh,
  type ShellDriver,
  secret,
  sh,
  unknown,
  unreadable,
} from '@hostwright/core';
import { Type } from 'typebox';
import { pathProperty } from './absolute-path.ts';
import { sha256Of } from './file-content.ts';
import { wayBackOf } from './lock-out.ts';
import { pathEdges, pathProvides } from './path-edges.ts';
import { parsePaths, probePaths, unreadablePath } from './path-status.ts';
import { fileCommands, notRegular } from './read-file.ts';
import { bytesOf, linesOf, type Place, type TextLine } from './text-lines.ts';
import { type FileWrite, validateProperty, wasChangedSinceRead, writeFiles } from './write-file.ts';

/** Bytes of a file that is edited. It travels to the controller whenever it is read, and back when it is changed. */
const editedBytesMax = 1_048_576;

/** Characters of a regular expression. */
const expressionMax = 512;

/** A regular expression, written down as text. */
export function expressionProperty(description: string) {
  return Type.String({ minLength: 1, maxLength: expressionMax, description });
}

/** What all declarations of a part of a file have in common, but for the part itself. */
export const editedProperties = {
  path: pathProperty(
    'Absolute path of the file, without `.`, `..`, doubled or final slashes; at most 4095 bytes. It must exist, or be brought by what is declared: a Package, a File without `content`.',
  ),
  validate: Type.Optional(validateProperty()),
};

/** What of a declaration its file is read by. */
export interface EditKeys {
  readonly path: string;
  readonly ensure?: 'present' | 'absent';
}

export interface EditSpec extends EditKeys, Place {
  readonly validate?: readonly string[];
}

/** A file that something else owns. What it says is nobody's business, and never shown but for the part declared. */
export interface ObservedText {
  /** Its bytes, one character each. */
  readonly content: Secret;
}

export type TextReading = Extract<Reading<ObservedText>, { is: 'present' | 'absent' }>;

/** The lines as they are to be; undefined where the place for something new is not there. */
export type Edit<Spec> = (
  lines: readonly TextLine[],
  spec: Spec,
) => readonly TextLine[] | undefined;

/** The lines that were read; none where there is no file. */
export function observedLines(reading: TextReading): readonly TextLine[] {
  return reading.is === 'absent' ? [] : linesOf(observedBytes(reading.observed));
}

function observedBytes({ content }: ObservedText): Buffer {
  return Buffer.from(reveal(content), 'latin1');
}

/** The text that an edit makes, as far as it can be told. */
export function editedText<Spec>(
  edit: Edit<Spec>,
  spec: Spec,
  reading: Reading<ObservedText>,
): string | undefined {
  if (reading.is !== 'present') return undefined;
  const edited = edit(observedLines(reading), spec);
  return edited === undefined ? undefined : bytesOf(edited).toString();
}

/** Errors: FILE_PLACE_MISSING */
export function missingPlace({ path, after }: EditSpec): HostwrightError {
  const problem = `No line of ${path} matches ${JSON.stringify(after)}, after which it is to stand.`;
  return new HostwrightError('FILE_PLACE_MISSING', { problem });
}

/** It has a part of the file: others may have one too, but nobody all of it. */
export const editedOwnership = {
  shares: ({ path }: EditKeys) => [`path:${path}`],
  // The path itself is provided by who makes the file.
  provides: ({ path }: EditKeys) => pathProvides({ path }).slice(1),
  edges: ({ path }: EditKeys) => {
    const { after = [], notifies = [] } = pathEdges({ path });
    return { after: [`path:${path}`, ...after], notifies };
  },
};

export function editDriver<Spec extends EditSpec, ProbeSpec extends EditKeys>(
  edit: Edit<Spec>,
): ShellDriver<Spec, ProbeSpec, ObservedText> {
  return {
    via: 'shell',
    exclusive: ['files'],
    commands: fileCommands,
    probe: (specs) => probeTexts(pathsOf(specs)),
    parse: parseTexts,
    apply: (differences) => applyEdits(edit, differences),
    isStale: wasChangedSinceRead,
    wayBack: (specs) => wayBackOf(pathsOf(specs)),
  };
}

function pathsOf(specs: readonly EditKeys[]): readonly string[] {
  return [...new Set(specs.map(({ path }) => path))];
}

/** Each file once, however much of it is declared. */
function probeTexts(paths: readonly string[]): Sh {
  return sh`${probePaths(paths, '')}
i=0
for path do
  if [ -f "$path" ] && [ ! -L "$path" ] && [ -r "$path" ] && size=$(wc -c <"$path") && [ $((size)) -le ${editedBytesMax} ]; then
    printf 'C%s %s\\n' $i "$(base64 <"$path" | tr -d '\\n')"
  fi
  i=$((i + 1))
done`;
}

/** Errors: PROBE_FAILED for what may not be read, or is no text; FILE_NOT_REGULAR for what is no regular file. */
function parseTexts(
  { stdout }: ProbeOutput,
  specs: readonly EditKeys[],
): readonly Reading<ObservedText>[] {
  const paths = pathsOf(specs);
  const findings = parsePaths(stdout, paths);
  const contents = new Map(stdout.split('\n').flatMap(contentLine));
  return specs.map(({ path, ensure }): Reading<ObservedText> => {
    const index = paths.indexOf(path);
    const finding = findings[index];
    if (finding?.is === 'unreadable') return unreadable(finding.error);
    if (finding?.is !== 'found') {
      return ensure === 'absent' ? absent : unknown(`the file ${path} does not exist`);
    }
    const { kind, size } = finding.status;
    if (kind !== 'file') return unreadable(notRegular(path, kind));
    const content = contents.get(index);
    if (content !== undefined && !content.includes(0)) {
      return present({ content: secret(content.toString('latin1')) });
    }
    return unreadable(unreadablePath(path, whyNoText(content, size)));
  });
}

function whyNoText(content: Buffer | undefined, size: number): string {
  if (content !== undefined) return 'it holds a NUL byte, and is no text';
  return size > editedBytesMax
    ? `it has ${size} bytes, and at most ${editedBytesMax} are edited`
    : 'its content may not be read';
}

function contentLine(line: string): readonly (readonly [number, Buffer])[] {
  const match = /^C(\d+) ([A-Za-z0-9+/]*={0,2})$/.exec(line);
  return match === null ? [] : [[Number(match[1]), Buffer.from(match[2] ?? '', 'base64')]];
}

/** All edits of a file are one write of it. */
function applyEdits<Spec extends EditSpec>(
  edit: Edit<Spec>,
  differences: readonly Difference<Spec, ObservedText>[],
): Sh {
  const files = Map.groupBy(differences, ({ spec }) => spec.path);
  return lines([
    sh`hw_status=0`,
    writeFiles([...files.values()].flatMap((some) => writeOf(edit, some))),
    sh`exit $hw_status`,
  ]);
}

/** An edit whose place another one took away is left out: it still differs, and is said to. */
function writeOf<Spec extends EditSpec>(
  edit: Edit<Spec>,
  differences: readonly Difference<Spec, ObservedText>[],
): readonly FileWrite[] {
  const [first] = differences;
  if (first === undefined) return [];
  const edited = differences.reduce(
    (found, { spec }) => edit(found, spec) ?? found,
    observedLines(first.reading),
  );
  const bytes = bytesOf(edited);
  const validators = differences.flatMap(({ spec: { validate } }) => (validate ? [validate] : []));
  return [
    {
      path: first.spec.path,
      bytes,
      isBinary: !isUtf8(bytes),
      modeOfNew: '0644',
      validators: [...new Map(validators.map((argv) => [JSON.stringify(argv), argv])).values()],
      ...(first.reading.is === 'present'
        ? { sha256Before: sha256Of(observedBytes(first.reading.observed)) }
        : {}),
    },
  ];
}
