import { defineResource, type FieldDiff } from '@hostwright/core';
import { Type } from 'typebox';
import { applyKeys } from './apply-keys.ts';
import { type ObservedKey, parseKeys, probeKeys } from './read-keys.ts';

const schema = Type.Object(
  {
    domain: Type.String({
      pattern: '^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$',
      maxLength: 253,
      description: 'Domain that signs, in lower case and without a final dot: `example.com`.',
    }),
    selector: Type.String({
      pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$',
      maxLength: 63,
      description:
        'Names the key among those of the domain: `mail` is published at `mail._domainkey`.',
    }),
    bits: Type.Optional(
      Type.Integer({
        minimum: 1024,
        maximum: 4096,
        description:
          'Size of a new RSA key in bits, 1024 to 4096; 2048 when left out. A key that exists must have at least as many.',
      }),
    ),
    directory: Type.Optional(
      Type.String({
        pattern: '^(/[A-Za-z0-9._@+-]+)+$',
        maxLength: 1024,
        description:
          'Absolute path of the directory of the key files, kept at mode 0700; `/etc/dkimkeys` when left out.',
      }),
    ),
    owner: Type.Optional(
      Type.String({
        pattern: '^[a-z_][a-z0-9_-]*$',
        maxLength: 32,
        description: 'User that owns directory and key; `opendkim` when left out.',
      }),
    ),
    group: Type.Optional(
      Type.String({
        pattern: '^[a-z_][a-z0-9_-]*$',
        maxLength: 32,
        description: 'Group of directory and key; `opendkim` when left out.',
      }),
    ),
    testMode: Type.Optional(
      Type.Boolean({
        description:
          'True: `dnsText` says `t=y`, and verifiers treat the domain as testing; false when left out. The key stays the same.',
      }),
    ),
  },
  { additionalProperties: false },
);

/**
 * The RSA key that a domain signs its mail with. It is made once, on the host, and never made again: an existing file is
 * not overwritten whatever it holds. The private part never leaves the host. The record to publish is an output.
 *
 * Identity: `selector._domainkey.domain`. The file is `DIRECTORY/SELECTOR._domainkey.DOMAIN.private`, mode 0600.
 * Units: bits.
 * Cost: one openssl per key to probe; a new key of 2048 bits takes under a second.
 * Errors: DKIM_KEY_INVALID when the file holds no RSA key; DKIM_KEY_SMALL when it has fewer bits than asked for.
 * Source: RFC 6376 §3.6.1, RFC 8301; opendkim-genkey(8), opendkim.conf(5) KeyFile. Captured on Debian 12 and 13.
 * @example
 * const key = DkimKey({ domain: 'example.com', selector: 'mail' });
 * const provider = rfc2136({ server: '192.0.2.53' });
 * DnsRecord({ provider, zone: 'example.com', name: key.out.dnsName, type: 'TXT', values: [key.out.dnsText] });
 */
export const DkimKey = defineResource({
  kind: 'DkimKey',
  schema,
  keys: ['domain', 'selector', 'directory'],
  identity: ({ domain, selector }) => dnsNameOf(selector, domain),
  claims: (spec) => [`dkim:${dnsNameOf(spec.selector, spec.domain)}`, `path:${keyFileOf(spec)}`],
  provides: (spec) => ancestorsOf(keyFileOf(spec)).map((path) => `under:${path}`),
  edges: (spec) => ({
    after: [
      'package:openssl',
      'package:opendkim',
      'package:opendkim-tools',
      `user:${spec.owner ?? ownerDefault}`,
      `group:${spec.group ?? ownerDefault}`,
      ...ancestorsOf(keyFileOf(spec)).map((path) => `path:${path}`),
    ],
    notifies: ['unit:opendkim.service'],
  }),
  driver: {
    via: 'shell',
    exclusive: ['files'],
    commands: ['openssl', 'stat'],
    probe: (specs) => probeKeys(specs.map((spec) => [directoryOf(spec), keyFileOf(spec)])),
    parse: (output, specs) =>
      parseKeys(
        output,
        specs.map((spec) => ({ keyFile: keyFileOf(spec), bits: spec.bits ?? bitsDefault })),
      ),
    apply: (differences) =>
      applyKeys(
        differences.map(({ spec }) => ({
          directory: directoryOf(spec),
          keyFile: keyFileOf(spec),
          bits: spec.bits ?? bitsDefault,
          owner: spec.owner ?? ownerDefault,
          group: spec.group ?? ownerDefault,
        })),
      ),
  },
  diff: (spec, reading) => {
    const { owner = ownerDefault, group = ownerDefault, bits = bitsDefault } = spec;
    if (reading.is === 'absent') {
      return [
        { field: 'exists', from: false, to: true },
        { field: 'bits', from: null, to: bits },
      ];
    }
    const { directory, file } = reading.observed;
    return [
      difference('directory', directory, `${owner}:${group} 0700`),
      difference('file', file, `${owner}:${group} 0600`),
    ].flat();
  },
  outputs: (spec, observed: ObservedKey) => ({
    /** Value of the TXT record, in one piece: `v=DKIM1; h=sha256; k=rsa; p=…`. */
    dnsText: dnsTextOf(observed.publicKey, spec.testMode === true),
    /** Name of the TXT record relative to the domain: `mail._domainkey`. */
    dnsName: `${spec.selector}._domainkey`,
    /** Absolute path of the private key on the host. */
    keyFile: keyFileOf(spec),
  }),
});

const bitsDefault = 2048;
const ownerDefault = 'opendkim';

interface KeyPlace {
  readonly domain: string;
  readonly selector: string;
  readonly directory?: string;
}

function directoryOf({ directory = '/etc/dkimkeys' }: KeyPlace): string {
  return directory;
}

function keyFileOf(spec: KeyPlace): string {
  return `${directoryOf(spec)}/${dnsNameOf(spec.selector, spec.domain)}.private`;
}

function dnsNameOf(selector: string, domain: string): string {
  return `${selector}._domainkey.${domain}`;
}

function dnsTextOf(publicKey: string, isTesting: boolean): string {
  return `v=DKIM1; h=sha256; k=rsa;${isTesting ? ' t=y;' : ''} p=${publicKey}`;
}

/** `/a/b/c` has `/a` and `/a/b`. */
function ancestorsOf(path: string): readonly string[] {
  const names = path.split('/').slice(1, -1);
  return names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`);
}

function difference(field: string, from: string, to: string): readonly FieldDiff[] {
  return from === to ? [] : [{ field, from, to }];
}
