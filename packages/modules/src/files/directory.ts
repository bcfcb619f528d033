import {
  absent,
  type Difference,
  defineResource,
  type FieldDiff,
  HostwrightError,
  lines,
  type ProbeOutput,
  present,
  type Reading,
  type Sh,
  sh,
  unknown,
  unreadable,
} from '@hostwright/core';
import { Type } from 'typebox';
import { pathProblems, pathProperty } from './absolute-path.ts';
import {
  chownWord,
  type Ownership,
  ownershipDiff,
  ownershipOfNew,
  ownershipProperties,
} from './ownership.ts';
import { pathEdges, pathProvides } from './path-edges.ts';
import { type PathStatus, parsePaths, probePaths } from './path-status.ts';
import { threatsOfRemoval } from './way-in.ts';

const schema = Type.Object(
  {
    path: pathProperty(
      'Absolute path of the directory, without `.`, `..`, doubled or final slashes; at most 4095 bytes.',
    ),
    ...ownershipProperties('`0755`'),
    parents: Type.Optional(
      Type.Boolean({
        description:
          'True makes the directories above it as well, with mode `0755` and the owner of the run. Default: false; they must exist or be declared.',
      }),
    ),
    ensure: Type.Optional(
      Type.Union([Type.Literal('present'), Type.Literal('absent')], {
        description: '`absent` removes the directory. Default: `present`.',
      }),
    ),
    recursive: Type.Optional(
      Type.Boolean({
        description:
          'With `ensure: absent`, true removes what is in the directory as well; not for a path of one step, such as `/etc`. Default: false, and a directory that is not empty stays.',
      }),
    ),
  },
  { additionalProperties: false },
);

interface DirectorySpec extends Ownership {
  readonly path: string;
  readonly parents?: boolean;
  readonly ensure?: 'present' | 'absent';
  readonly recursive?: boolean;
}

/**
 * A directory: its owner and mode, or its absence. A symbolic link to a directory counts as that directory,
 * but when it is to be absent only the link is removed.
 *
 * Identity: `path`, once per host.
 * Units: mode in octal digits; all four are set, also where chmod(1) would keep setuid and setgid of a directory.
 * Cost: one stat per host to probe, however many directories; two or three processes for each that changes.
 * Errors: DIRECTORY_IN_THE_WAY for something else at the path; PROBE_FAILED for what may not be read; APPLY_FAILED for
 * a directory that is not empty and is to be removed without `recursive`.
 * Source: stat(1), mkdir(1), chmod(1), inode(7). Captured on Debian 12 and 13.
 * @example Directory({ path: '/srv/mail', owner: 'vmail', group: 'vmail', mode: '2770' })
 */
export const Directory = defineResource({
  kind: 'Directory',
  schema,
  keys: ['path'],
  identity: (spec) => spec.path,
  claims: (spec) => [`path:${spec.path}`],
  provides: pathProvides,
  edges: pathEdges,
  check: checkDirectory,
  driver: {
    via: 'shell',
    exclusive: ['files'],
    commands: ['stat'],
    probe: (specs) =>
      probePaths(
        specs.map(({ path }) => path),
        '-L',
      ),
    parse: parseDirectories,
    apply: applyDirectories,
  },
  diff: directoryDiff,
  threatens: ({ spec, way }) => (spec.ensure === 'absent' ? threatsOfRemoval(spec.path, way) : []),
});

const modeOfNew = '0755';

function checkDirectory({ path, ensure, recursive, ...rest }: DirectorySpec): readonly string[] {
  const isTop = path.lastIndexOf('/') === 0;
  const surplus = (['owner', 'group', 'mode', 'parents'] as const).filter(
    (name) => ensure === 'absent' && rest[name] !== undefined,
  );
  return [
    ...pathProblems(path),
    ...surplus.map(
      (name) => `Property ${name} says nothing about a directory that is to be absent.`,
    ),
    ...(recursive === true && ensure !== 'absent'
      ? ['Property recursive is for ensure: absent only.']
      : []),
    ...(recursive === true && isTop ? [`${path} is not removed with all that is in it.`] : []),
  ];
}

function parseDirectories(
  { stdout }: ProbeOutput,
  specs: readonly Pick<DirectorySpec, 'path' | 'parents' | 'ensure'>[],
): readonly Reading<PathStatus>[] {
  const findings = parsePaths(
    stdout,
    specs.map(({ path }) => path),
  );
  return specs.map(({ path, parents, ensure }, index): Reading<PathStatus> => {
    const finding = findings[index];
    if (finding === undefined || finding.is === 'absent') return absent;
    if (finding.is === 'unreadable') return unreadable(finding.error);
    if (finding.is === 'no parent') {
      const isFine = parents === true || ensure === 'absent';
      return isFine ? absent : unknown(`the directory ${finding.parent} does not exist`);
    }
    if (finding.status.kind === 'directory') return present(finding.status);
    const problem = `${path} is no directory.`;
    return unreadable(new HostwrightError('DIRECTORY_IN_THE_WAY', { problem }));
  });
}

function directoryDiff(
  spec: DirectorySpec,
  reading: Extract<Reading<PathStatus>, { is: 'present' | 'absent' }>,
): readonly FieldDiff[] {
  if (spec.ensure === 'absent') {
    return reading.is === 'absent' ? [] : [{ field: 'exists', from: true, to: false }];
  }
  if (reading.is === 'present') return ownershipDiff(spec, reading.observed);
  return [{ field: 'exists', from: false, to: true }, ...ownershipOfNew(spec, modeOfNew)];
}

/** A new directory belongs to the run alone until owner and mode are set. Each by itself: one that fails stops none. */
function applyDirectories(differences: readonly Difference<DirectorySpec, PathStatus>[]): Sh {
  return lines([
    sh`hw_status=0`,
    ...differences.map(
      ({ spec, reading }) => sh`{ ${changeOf(spec, reading.is)}; } || hw_status=1`,
    ),
    sh`exit $hw_status`,
  ]);
}

function changeOf(spec: DirectorySpec, found: 'present' | 'absent'): Sh {
  const { path, ensure, recursive, parents, mode } = spec;
  if (ensure === 'absent') {
    if (recursive === true) return sh`rm -rf -- ${path}`;
    return sh`if [ -L ${path} ]; then rm -f -- ${path}; else rmdir -- ${path}; fi`;
  }
  if (found === 'present') return setAll(spec, mode);
  const parent = path.slice(0, path.lastIndexOf('/')) || '/';
  const above = parents === true ? sh`(umask 022; mkdir -p -- ${parent})` : sh`:`;
  // A user whose home directory lies below it may have been made meanwhile, and the directory with it. A link is not followed.
  return sh`${above} && { [ -d ${path} ] && [ ! -L ${path} ] || mkdir -m 0700 -- ${path}; } && ${setAll(spec, mode ?? modeOfNew)}`;
}

/** Follows a link, as the probe does. The fifth digit makes chmod of coreutils set setuid and setgid as declared. */
function setAll(spec: DirectorySpec, mode: string | undefined): Sh {
  const word = chownWord(spec);
  const chown = word === '' ? sh`:` : sh`chown -- ${word} ${spec.path}`;
  return mode === undefined ? chown : sh`${chown} && chmod -- ${`0${mode}`} ${spec.path}`;
}
