import {
  type Difference,
  type FieldDiff,
  lines,
  type Reading,
  Secret,
  type Sh,
  type ShellDriver,
  sh,
} from '@hostwright/core';
import { pathProblems } from './absolute-path.ts';
import {
  contentDiff,
  contentProblems,
  type DeclaredContent,
  desiredBytes,
} from './file-content.ts';
import { wayBackOf } from './lock-out.ts';
import { type Ownership, ownershipDiff, ownershipOfNew, setOwnership } from './ownership.ts';
import { fileCommands, type ObservedFile, parseFiles, probeFiles } from './read-file.ts';
import { type FileWrite, validatorProblems, writeFiles } from './write-file.ts';

/** What File and Template have in common. */
export interface FileSpec extends DeclaredContent, Ownership {
  readonly path: string;
  readonly validate?: readonly string[];
  readonly ensure?: 'present' | 'absent';
}

type KnownReading = Extract<Reading<ObservedFile>, { is: 'present' | 'absent' }>;
type FileDifference = Difference<FileSpec, ObservedFile>;

/** Modes of new files where none is declared: what is secret is for its owner only. */
const modeOfNew = '0644';
const modeOfNewSecret = '0600';

export const fileDriver: ShellDriver<FileSpec, FileSpec, ObservedFile> = {
  via: 'shell',
  exclusive: ['files'],
  commands: fileCommands,
  probe: probeFiles,
  parse: parseFiles,
  apply: applyFiles,
  wayBack: (specs) => wayBackOf(specs.map(({ path }) => path)),
};

/** What the schema cannot say about a file. */
export function checkFile(spec: FileSpec): readonly string[] {
  const { path, validate, content, ensure } = spec;
  return [
    ...pathProblems(path),
    ...contentProblems(spec),
    ...validatorProblems(validate),
    ...(validate !== undefined && content === undefined
      ? ['Property validate is given without content.']
      : []),
    ...(ensure === 'absent' ? surplusProblems(spec) : []),
  ];
}

/** A file whose content is managed, or that is to be gone, is the declaration's alone. */
export function claimsOfFile(spec: Partial<FileSpec>): readonly string[] {
  return isWhole(spec) ? [`path:${spec.path}`] : [];
}

/** A file whose content is left to others has room for lines and blocks. */
export function sharesOfFile(spec: Partial<FileSpec>): readonly string[] {
  return isWhole(spec) ? [] : [`path:${spec.path}`];
}

/** `content` is there, but undefined, until its output is known. */
function isWhole(spec: Partial<FileSpec>): boolean {
  return 'content' in spec || spec.ensure === 'absent';
}

function surplusProblems(spec: FileSpec): readonly string[] {
  const surplus = (['content', 'owner', 'group', 'mode', 'validate'] as const).filter(
    (name) => spec[name] !== undefined,
  );
  return surplus.map((name) => `Property ${name} says nothing about a file that is to be absent.`);
}

export function fileDiff(spec: FileSpec, reading: KnownReading): readonly FieldDiff[] {
  if (spec.ensure === 'absent') {
    return reading.is === 'absent' ? [] : [{ field: 'exists', from: true, to: false }];
  }
  if (reading.is === 'absent') {
    return [
      { field: 'exists', from: false, to: true },
      ...contentDiff(spec, undefined),
      ...ownershipOfNew(spec, newModeOf(spec)),
    ];
  }
  return [...contentDiff(spec, reading.observed), ...ownershipDiff(spec, reading.observed)];
}

function newModeOf({ content }: FileSpec): string {
  return content instanceof Secret ? modeOfNewSecret : modeOfNew;
}

/** Removes, writes, and sets owner and mode where nothing else differs. Each file by itself: one that fails stops none. */
function applyFiles(differences: readonly FileDifference[]): Sh {
  const removals = differences.filter(({ spec }) => spec.ensure === 'absent');
  const writes = differences.filter((difference) => isWrite(difference));
  const others = differences.filter(
    (difference) => difference.spec.ensure !== 'absent' && !isWrite(difference),
  );
  return lines([
    sh`hw_status=0`,
    ...removals.map(({ spec }) => sh`rm -f -- ${spec.path} || hw_status=1`),
    writeFiles(writes.map(({ spec }) => writeOf(spec))),
    ...others.map(
      ({ spec }) => sh`{ ${setOwnership(spec.path, spec, spec.mode)}; } || hw_status=1`,
    ),
    sh`exit $hw_status`,
  ]);
}

function isWrite({ spec, fields }: FileDifference): boolean {
  if (spec.ensure === 'absent') return false;
  return fields.some(({ field }) => field === 'exists' || field === 'content');
}

function writeOf(spec: FileSpec): FileWrite {
  const { owner, group, mode, path, validate } = spec;
  return {
    path,
    bytes: desiredBytes(spec) ?? Buffer.alloc(0),
    isBinary: spec.encoding === 'base64',
    modeOfNew: newModeOf(spec),
    validators: validate === undefined ? [] : [validate],
    ...(owner === undefined ? {} : { owner }),
    ...(group === undefined ? {} : { group }),
    ...(mode === undefined ? {} : { mode }),
  };
}
