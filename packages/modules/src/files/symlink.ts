import { posix } from 'node:path';
import {
  absent,
  type Difference,
  defineResource,
  type Edges,
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
import { wayBackOf } from './lock-out.ts';
import { pathEdges, pathProvides } from './path-edges.ts';
import { type PathStatus, parsePaths, probePaths, unreadablePath } from './path-status.ts';
import { putLinkFunction } from './put-link.ts';
import { threatsOfContent, threatsOfRemoval } from './way-in.ts';

const schema = Type.Object(
  {
    path: pathProperty(
      'Absolute path of the link itself, without `.`, `..`, doubled or final slashes; at most 4095 bytes. Its directory must exist or be declared.',
    ),
    target: Type.Optional(
      Type.String({
        pattern: '^[^\\u0000-\\u001f\\u007f]+$',
        maxLength: 4095,
        description:
          'Path that the link leads to, kept as it is written: absolute, or relative to the directory of the link. Nothing need be there. Default: none; only a link that is to be absent has none.',
      }),
    ),
    ensure: Type.Optional(
      Type.Union([Type.Literal('present'), Type.Literal('absent')], {
        description:
          '`absent` removes the link, wherever it leads, and never what it leads to. Default: `present`.',
      }),
    ),
  },
  { additionalProperties: false },
);

interface SymlinkKeys {
  readonly path: string;
  readonly target?: string;
  readonly ensure?: 'present' | 'absent';
}

interface ObservedLink {
  readonly target: string;
}

/**
 * A symbolic link, or its absence.
 *
 * A link that leads elsewhere is replaced in one step: at no moment there is none. A file or directory at the path is never
 * replaced. What the link leads to comes before it where it is declared. The link belongs to the user that the run becomes.
 *
 * Identity: `path`, once per host among everything that stands at a path.
 * Units: none.
 * Cost: one stat and one find per host to probe, however many links; one process for each new link, five for each that is
 * replaced.
 * Errors: SYMLINK_PLACE_TAKEN for something else at the path; PROBE_FAILED for what may not be read; APPLY_FAILED with the
 * reason.
 * Source: symlink(7), stat(1), find(1), ln(1), mv(1), rename(2). Captured on Debian 12 and 13.
 * @example Symlink({ path: '/etc/nginx/sites-enabled/shop', target: '../sites-available/shop' })
 * @example Symlink({ path: '/etc/nginx/sites-enabled/default', ensure: 'absent' })
 */
export const Symlink = defineResource({
  kind: 'Symlink',
  schema,
  keys: ['path'],
  identity: (spec) => spec.path,
  claims: (spec) => [`path:${spec.path}`],
  provides: pathProvides,
  edges: symlinkEdges,
  check: checkSymlink,
  driver: {
    via: 'shell',
    exclusive: ['files'],
    commands: ['stat', 'find', 'mktemp'],
    probe: probeLinks,
    parse: parseLinks,
    apply: applyLinks,
    wayBack: (specs) => wayBackOf(specs.map(({ path }) => path)),
  },
  diff: symlinkDiff,
  threatens: ({ spec, way }) =>
    spec.ensure === 'absent'
      ? threatsOfRemoval(spec.path, way)
      : threatsOfContent(spec.path, undefined, way),
});

function checkSymlink(spec: SymlinkKeys): readonly string[] {
  const { path, target, ensure } = spec;
  const problems = [
    ...pathProblems(path),
    ...(target === undefined || target.isWellFormed()
      ? []
      : ['Property target holds half of a surrogate pair, which UTF-8 cannot say.']),
  ];
  if (ensure === 'absent') {
    return 'target' in spec
      ? [...problems, 'Property target says nothing about a link that is to be absent.']
      : problems;
  }
  if (!('target' in spec)) return [...problems, 'Property target is missing.'];
  const place = target === undefined ? '' : placeOf(path, target);
  return `${place}/`.startsWith(`${path}/`)
    ? [...problems, 'Property target leads to the link itself.']
    : problems;
}

/** The absolute path that a link leads to, if no step of it is a link too. */
function placeOf(path: string, target: string): string {
  const place = posix.resolve(posix.dirname(path), target);
  return place === '/' ? '' : place;
}

/** After what it leads to as well, so that whatever reads the link finds something there. */
function symlinkEdges(spec: SymlinkKeys): Edges {
  const { path, target, ensure } = spec;
  const edges = pathEdges(spec);
  if (ensure === 'absent' || target === undefined) return edges;
  return { ...edges, after: [...(edges.after ?? []), `path:${placeOf(path, target)}`] };
}

/** A target may hold any byte but NUL, so these come last, each with a NUL before it. */
function probeLinks(specs: readonly SymlinkKeys[]): Sh {
  const paths = specs.map(({ path }) => path);
  return lines([
    probePaths(paths, ''),
    sh`find "$@" -maxdepth 0 -type l -printf '\\0%p\\t%l' 2>/dev/null`,
    sh`:`,
  ]);
}

/** Errors: PROBE_FAILED for what may not be read, SYMLINK_PLACE_TAKEN for what is no link. */
function parseLinks(
  { stdout }: ProbeOutput,
  specs: readonly SymlinkKeys[],
): readonly Reading<ObservedLink>[] {
  const [status = '', ...records] = stdout.split('\0');
  const targets = new Map(records.flatMap(linkRecord));
  const findings = parsePaths(
    status,
    specs.map(({ path }) => path),
  );
  return specs.map(({ path, ensure }, index): Reading<ObservedLink> => {
    const finding = findings[index];
    if (finding === undefined || finding.is === 'absent') return absent;
    if (finding.is === 'unreadable') return unreadable(finding.error);
    if (finding.is === 'no parent') {
      const isFine = ensure === 'absent';
      return isFine ? absent : unknown(`the directory ${finding.parent} does not exist`);
    }
    if (finding.status.kind !== 'link') return unreadable(taken(path, finding.status.kind));
    const target = targets.get(path);
    return target === undefined
      ? unreadable(unreadablePath(path, 'it was not said where it leads'))
      : present({ target });
  });
}

function linkRecord(record: string): readonly (readonly [string, string])[] {
  const end = record.indexOf('\t');
  return end < 0 ? [] : [[record.slice(0, end), record.slice(end + 1)]];
}

function taken(path: string, kind: Exclude<PathStatus['kind'], 'link'>): HostwrightError {
  const found = { file: 'a file', directory: 'a directory', other: 'no symbolic link' }[kind];
  return new HostwrightError('SYMLINK_PLACE_TAKEN', { problem: `${path} is ${found}.` });
}

function symlinkDiff(
  { target = '', ensure }: SymlinkKeys,
  reading: Extract<Reading<ObservedLink>, { is: 'present' | 'absent' }>,
): readonly FieldDiff[] {
  if (ensure === 'absent') {
    return reading.is === 'absent' ? [] : [{ field: 'exists', from: true, to: false }];
  }
  if (reading.is === 'absent') {
    return [
      { field: 'exists', from: false, to: true },
      { field: 'target', from: null, to: target },
    ];
  }
  const from = reading.observed.target;
  return from === target ? [] : [{ field: 'target', from, to: target }];
}

/**
 * A new link fails where something came in between; a link is replaced by renaming one that was made beside it. Each by
 * itself: one that fails stops none.
 */
const linkFunctions = sh`
hw_link() { if [ -L "$1" ]; then hw_put_link "$1" "$2"; else ln -sT -- "$2" "$1"; fi; }
hw_unlink() {
  if [ -L "$1" ]; then rm -f -- "$1"
  elif [ -e "$1" ]; then printf '%s: it is no symbolic link by now.\\n' "$1" >&2; return 1; fi
}`;

function applyLinks(differences: readonly Difference<SymlinkKeys, ObservedLink>[]): Sh {
  return lines([
    putLinkFunction,
    linkFunctions,
    sh`hw_status=0`,
    ...differences.map(({ spec: { path, target = '', ensure } }) =>
      ensure === 'absent'
        ? sh`hw_unlink ${path} || hw_status=1`
        : sh`hw_link ${path} ${target} || hw_status=1`,
    ),
    sh`exit $hw_status`,
  ]);
}
