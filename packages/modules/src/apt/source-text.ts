import { type PublicKey, readPublicKey } from './public-key.ts';

/** What one declared source says. */
export interface SourceContent {
  readonly types?: readonly string[];
  readonly uris?: readonly string[];
  readonly suites?: readonly string[];
  readonly components?: readonly string[];
  readonly architectures?: readonly string[];
  readonly signedBy?: string;
}

/** Values of a stanza by the name of their field, words parted by one blank, and a key as one armored block. */
export type SourceFields = Readonly<Record<string, string>>;

/** A file of sources: the fields of its first stanza, and how many it has. */
export interface SourceFile {
  readonly fields: SourceFields;
  readonly stanzas: number;
}

/** The properties of a source, by their fields in deb822. Source: sources.list(5). */
export const sourceProperties = {
  Types: 'types',
  URIs: 'uris',
  Suites: 'suites',
  Components: 'components',
  Architectures: 'architectures',
  'Signed-By': 'signedBy',
} as const satisfies Readonly<Record<string, keyof SourceContent>>;

/** apt leaves out files whose names have other endings or characters. */
export function sourcePath(name: string): string {
  return `/etc/apt/sources.list.d/${name}.sources`;
}

/** True where `signedBy` names a file; otherwise it is the key itself. */
export function isPath(signedBy: string): boolean {
  return signedBy.startsWith('/');
}

export function sourceFields({ types = ['deb'], ...spec }: SourceContent): SourceFields {
  const fields = Object.entries(sourceProperties).flatMap(([field, property]) => {
    const value = property === 'types' ? types : spec[property];
    if (value === undefined) return [];
    return [[field, typeof value === 'string' ? keyOrPath(value) : value.join(' ')]];
  });
  return Object.fromEntries(fields);
}

function keyOrPath(signedBy: string): string {
  return keyOf(signedBy)?.armored ?? signedBy;
}

/** The key that a value of `Signed-By` holds; undefined for a path, and for what cannot be read. */
export function keyOf(signedBy: string): PublicKey | undefined {
  if (isPath(signedBy)) return undefined;
  const key = readPublicKey(signedBy);
  return 'problem' in key ? undefined : key;
}

/** A value of several lines begins below its field; a line that is empty is a dot. */
export function sourceText(spec: SourceContent): string {
  const lines = Object.entries(sourceFields(spec)).map(([field, value]) => {
    if (!value.includes('\n')) return `${field}: ${value}`;
    return [`${field}:`, ...value.split('\n').map((line) => ` ${line === '' ? '.' : line}`)].join(
      '\n',
    );
  });
  return ['# Written by Hostwright; changes made here are undone.', ...lines, ''].join('\n');
}

export function parseSource(text: string): SourceFile {
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  const stanzas = lines
    .join('\n')
    .split(/\n[ \t\r]*\n/)
    .filter((stanza) => stanza.trim() !== '');
  const fields: Record<string, string> = {};
  let last = '';
  for (const line of stanzas[0]?.split('\n') ?? []) {
    const [, name, value] = /^([^\s:]+):\s*(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) {
      last = knownField(name);
      fields[last] = value;
    } else if (last !== '') {
      fields[last] = `${fields[last]}\n${line}`;
    }
  }
  const plain = Object.entries(fields).map(([name, value]) => [name, plainValue(name, value)]);
  return { fields: Object.fromEntries(plain), stanzas: stanzas.length };
}

/** Names of fields are the same in capitals and small letters. */
function knownField(name: string): string {
  const known = Object.keys(sourceProperties).find(
    (field) => field.toLowerCase() === name.toLowerCase(),
  );
  return known ?? name;
}

function plainValue(name: string, value: string): string {
  const key = name === 'Signed-By' ? keyOf(value.trim()) : undefined;
  return key?.armored ?? value.trim().split(/\s+/).join(' ');
}
