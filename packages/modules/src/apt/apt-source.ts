import {
  absent,
  defineResource,
  type FieldDiff,
  HostwrightError,
  type ProbeOutput,
  present,
  type Reading,
  type Sh,
  sh,
  unreadable,
} from '@hostwright/core';
import { type Static, Type } from 'typebox';
import { pathPattern, pathProblems } from '../files/absolute-path.ts';
import { applySources, sourceCommands } from './apply-sources.ts';
import { readPublicKey } from './public-key.ts';
import {
  isPath,
  keyOf,
  parseSource,
  type SourceFile,
  sourceFields,
  sourcePath,
  sourceProperties,
} from './source-text.ts';

/** Characters of a key. The keyring of Debian with its keys of ten years has 76,000. */
const keyLengthMax = 262_144;
/** Bytes of a file of sources that are read; a longer one is none of ours. */
const sourceBytesMax = 524_288;

const schema = Type.Object(
  {
    name: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$',
      description: 'Name of the source, and of its file: `/etc/apt/sources.list.d/NAME.sources`.',
    }),
    ensure: Type.Optional(
      Type.Union([Type.Literal('present'), Type.Literal('absent')], {
        description:
          '`present` (default) or `absent`. Absent removes the file; packages that came from there stay.',
      }),
    ),
    uris: Type.Optional(
      Type.Array(Type.String({ pattern: '^[a-z][a-z0-9+.-]*:[!-~]+$', maxLength: 1024 }), {
        minItems: 1,
        maxItems: 32,
        description: 'Where the archive is: `https://apt.example.com/debian`.',
      }),
    ),
    suites: Type.Optional(
      Type.Array(Type.String({ pattern: '^[A-Za-z0-9./_~+$()-]{1,255}$' }), {
        minItems: 1,
        maxItems: 32,
        description:
          'Suites or codenames: `bookworm`, `trixie-backports`. One that ends in a slash is the path of an archive without components.',
      }),
    ),
    components: Type.Optional(
      Type.Array(Type.String({ pattern: '^[A-Za-z0-9./_~+-]{1,255}$' }), {
        minItems: 1,
        maxItems: 32,
        description: 'Components: `main`. Left out where the suite ends in a slash.',
      }),
    ),
    signedBy: Type.Optional(
      Type.String({
        maxLength: keyLengthMax,
        description:
          'The public key that the archive is signed with, armored, which is kept in the source itself; or the absolute path of a keyring on the host. Required, so that no other key counts for it.',
      }),
    ),
    architectures: Type.Optional(
      Type.Array(Type.String({ pattern: '^[a-z0-9-]{2,32}$' }), {
        minItems: 1,
        maxItems: 16,
        description: 'Architectures, such as `amd64`. Default: those of the host.',
      }),
    ),
    types: Type.Optional(
      Type.Array(Type.Union([Type.Literal('deb'), Type.Literal('deb-src')]), {
        minItems: 1,
        maxItems: 2,
        description:
          "`deb`, `deb-src` or both. Default: `['deb']`, packages without their sources.",
      }),
    ),
  },
  { additionalProperties: false },
);

export type AptSourceSpec = Readonly<Static<typeof schema>>;

type SourceKeys = Pick<AptSourceSpec, 'name'> & Partial<AptSourceSpec>;

/**
 * One source of packages in deb822 form, with the key that signs it.
 *
 * All packages of the host come after it, but those that sources themselves need: ca-certificates, gnupg, what belongs to apt,
 * and keyrings where a source is signed by a keyring of the host. The next install fetches the package lists first, once for
 * all sources that changed. Files below /etc/apt, such as an old .list file that goes, come before it. What else stood in the file
 * of the source goes.
 *
 * apt reads all its sources with the change before it is put in place, since it reads none where one is malformed or two
 * contradict each other, as two with different keys for the same archive do. The key is looked at while compiling; armor,
 * headers and blank lines may be written in any way. A user and password stand in a file below /etc/apt/auth.conf.d, since
 * all users of the host may read `uris`.
 *
 * Identity: `name`, once per host.
 * Units: none.
 * Cost: one base64 per source to probe; one apt-get (0.2 s) to apply.
 * Errors: APPLY_FAILED with what apt cannot read. SPEC_INVALID for a private key, and for what is no key. Where the archive
 * does not answer, or is signed by another key, the Package that wants something from there says so.
 * Source: sources.list(5), apt-get(8), apt_auth.conf(5), RFC 9580. Captured on Debian 12 (apt 2.6) and 13 (apt 3.0).
 * @example AptSource({ name: 'example', uris: ['https://apt.example.com/debian'], suites: ['trixie'], components: ['main'], signedBy: '/usr/share/keyrings/example-keyring.gpg' })
 */
export const AptSource = defineResource({
  kind: 'AptSource',
  schema,
  keys: ['name', 'ensure'],
  identity: (spec) => spec.name,
  claims: (spec) => [`path:${sourcePath(spec.name)}`],
  provides: ({ signedBy = '' }) => [
    'apt-source',
    ...(isPath(signedBy) ? [] : ['apt-source:inline']),
  ],
  edges: (spec) => ({
    after: ['under:/etc/apt', 'package:ca-certificates', ...keyringTokens(spec.signedBy)],
  }),
  check: checkSource,
  driver: {
    via: 'shell',
    exclusive: ['files'],
    commands: sourceCommands,
    probe: probeSources,
    parse: parseSources,
    apply: applySources,
  },
  diff: diffSource,
});

/** The keyring on the host, and the package that it is named after. */
function keyringTokens(signedBy: string | undefined): readonly string[] {
  if (signedBy === undefined || !isPath(signedBy)) return [];
  const name = signedBy.slice(signedBy.lastIndexOf('/') + 1).replace(/\.[a-z]+$/, '');
  return [`path:${signedBy}`, `package:${name}`];
}

function checkSource(spec: SourceKeys): readonly string[] {
  const given = (name: keyof AptSourceSpec) => Object.hasOwn(spec, name);
  if (spec.ensure === 'absent') {
    const surplus = Object.values(sourceProperties).filter(given);
    return surplus.map(
      (name) => `Property ${name} says nothing about a source that is to be absent.`,
    );
  }
  const missing = (['uris', 'suites', 'signedBy'] as const).filter((name) => !given(name));
  return [
    ...missing.map(
      (name) => `Property ${name} is missing: a source needs uris, suites and signedBy.`,
    ),
    ...componentProblems(spec, given('components')),
    ...(spec.uris ?? []).filter((uri) => /^[a-z+]+:\/\/[^/@]*@/.test(uri)).map(() => withPassword),
    ...(spec.signedBy === undefined ? [] : signedByProblems(spec.signedBy)),
  ];
}

const withPassword =
  'Property uris holds a user or password, which all users of the host could read: put it into a file below /etc/apt/auth.conf.d.';

/** A suite that ends in a slash is a path, and has no components. Source: sources.list(5). */
function componentProblems({ suites }: SourceKeys, hasComponents: boolean): readonly string[] {
  if (suites === undefined) return [];
  const paths = suites.filter((suite) => suite.endsWith('/'));
  if (paths.length === 0 && !hasComponents) return ['Property components is missing.'];
  if (paths.length > 0 && hasComponents) {
    return [`Property components says nothing about the suite ${paths[0]}, which is a path.`];
  }
  if (paths.length === 0 || paths.length === suites.length) return [];
  return ['Property suites mixes paths, which end in a slash, with suites that have components.'];
}

function signedByProblems(signedBy: string): readonly string[] {
  if (isPath(signedBy)) {
    const isWord = new RegExp(pathPattern).test(signedBy) && !/\s/.test(signedBy);
    const problems = isWord ? pathProblems(signedBy) : ['Property path is no absolute path.'];
    return problems.map((problem) => problem.replace('Property path', 'Property signedBy'));
  }
  const key = readPublicKey(signedBy);
  if (!('problem' in key)) return [];
  return [`Property signedBy is neither an absolute path nor a public key: ${key.problem}`];
}

function probeSources(specs: readonly SourceKeys[]): Sh {
  return sh`
look() {
  if [ ! -e "$2" ] && [ ! -L "$2" ]; then printf 'file %s -\\n' "$1"
  elif [ -f "$2" ] && [ -r "$2" ]; then printf 'file %s %s\\n' "$1" "$(head -c ${sourceBytesMax} <"$2" | base64 | tr -d '\\n')"
  else printf 'denied %s\\n' "$1"; fi
}
set -- ${specs.map(({ name }) => sourcePath(name))}
index=0
for path do look "$index" "$path"; index=$((index + 1)); done`;
}

function parseSources(
  { stdout }: ProbeOutput,
  specs: readonly SourceKeys[],
): readonly Reading<SourceFile>[] {
  const outputLines = stdout.split('\n');
  return specs.map(({ name }, index): Reading<SourceFile> => {
    const line = outputLines.find((each) => each.startsWith(`file ${index} `));
    const file = line?.slice(`file ${index} `.length);
    if (file === '-') return absent;
    if (file !== undefined) return present(parseSource(Buffer.from(file, 'base64').toString()));
    const problem = `${sourcePath(name)} is no file that may be read.`;
    return unreadable(new HostwrightError('PROBE_FAILED', { problem }));
  });
}

function diffSource(
  spec: AptSourceSpec,
  reading: Extract<Reading<SourceFile>, { is: 'present' | 'absent' }>,
): readonly FieldDiff[] {
  if (spec.ensure === 'absent') {
    return reading.is === 'absent' ? [] : [{ field: 'exists', from: true, to: false }];
  }
  const wanted = sourceFields(spec);
  const { fields: found, stanzas } =
    reading.is === 'absent' ? { fields: {}, stanzas: 1 } : reading.observed;
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(found)])];
  const fields = names
    .filter((name) => wanted[name] !== found[name])
    .map((name) => fieldDiff(name, found[name], wanted[name]));
  return [
    ...(reading.is === 'absent' ? [{ field: 'exists', from: false, to: true }] : []),
    ...(stanzas > 1 ? [{ field: 'stanzas', from: stanzas, to: 1 }] : []),
    ...fields,
  ];
}

/** A key is shown by its fingerprint, which people can compare, in place of its text. */
function fieldDiff(name: string, found: string | undefined, wanted: string | undefined): FieldDiff {
  const field = propertyOf(name);
  const [from = null, to = null] = [shown(found), shown(wanted)];
  const isRenewed = from !== null && from === to;
  return { field, from, to: isRenewed ? `${to}, with other signatures` : to };
}

function propertyOf(name: string): string {
  const known: Readonly<Record<string, string>> = sourceProperties;
  return known[name] ?? name;
}

function shown(value: string | undefined): string | undefined {
  const key = value === undefined ? undefined : keyOf(value);
  return key === undefined ? value : `key ${key.fingerprints.join(', ')}`;
}
