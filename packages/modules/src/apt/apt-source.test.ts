import { absent } from '@hostwright/core';
import { captured, describeResource, probeOutput, shellDriver } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { AptSource } from './apt-source.ts';
import { Package } from './package.ts';
import { sourceText } from './source-text.ts';

const debian12 = captured(import.meta, 'apt-source.debian-12');
const debian13 = captured(import.meta, 'apt-source.debian-13');
const { stdout: key } = captured(import.meta, 'archive-key');
const { diff, edges, check } = AptSource.type;
const driver = shellDriver(AptSource);

const shop = {
  name: 'shop',
  uris: ['https://apt.example.com/debian'],
  suites: ['stable'],
  components: ['main', 'extra'],
  signedBy: key,
};
const flat = {
  name: 'flat',
  types: ['deb' as const, 'deb-src' as const],
  uris: ['http://192.0.2.1:3142/flat', 'file:/srv/flat'],
  suites: ['./'],
  architectures: ['amd64', 'armhf'],
  signedBy: '/usr/share/keyrings/flat-keyring.gpg',
};
const gone = { name: 'gone', ensure: 'absent' as const };

describeResource(AptSource, {
  valid: [{ ...shop, ensure: 'present' }, flat, gone],
  invalid: {
    'a name that apt leaves out': { ...shop, name: 'my shop' },
    'a name with a slash': { ...shop, name: '../shop' },
    'no URI': { ...shop, uris: [] },
    'a URI with a blank': { ...shop, uris: ['https://apt.example.com/ debian'] },
    'a URI without a scheme': { ...shop, uris: ['apt.example.com'] },
    'a password that everybody could read': { ...shop, uris: ['https://me:pw@apt.example.com'] },
    'a suite on two lines': { ...shop, suites: ['a\nb'] },
    'a suite without components': { ...flat, suites: ['stable'] },
    'a path with components': { ...shop, suites: ['./'] },
    'a path and a suite': { ...flat, suites: ['./', 'stable'] },
    'no key': { name: 'shop', uris: shop.uris, suites: ['./'] },
    'a private key': { ...shop, signedBy: key.replaceAll('PUBLIC', 'PRIVATE') },
    'a fingerprint in place of a key': { ...shop, signedBy: '4D64FEC119C2029067D6E791F8D2585B' },
    'two paths': { ...shop, signedBy: '/etc/a.gpg /etc/b.gpg' },
    'a path with steps': { ...shop, signedBy: '/etc/../a.gpg' },
    'a type that there is not': { ...shop, types: ['rpm'] },
    'something absent with a suite': { ...gone, suites: ['stable'] },
  },
  converged: {
    'Debian 12': [debian12, [shop, flat, gone]],
    'Debian 13': [debian13, [shop, flat, gone]],
  },
  drifted: {
    'Debian 12': [
      debian12,
      [
        { ...shop, suites: ['testing'] },
        { ...flat, types: ['deb'] },
      ],
    ],
    'Debian 13': [
      debian13,
      [{ ...shop, signedBy: '/etc/apt/keyrings/shop.asc' }, flat, shop].slice(0, 1),
    ],
  },
});

function fieldsOf(text: string, spec: Parameters<typeof diff>[0] = shop) {
  const stdout = `file 0 ${Buffer.from(text).toString('base64')}\n`;
  const [reading] = driver.parse(probeOutput(stdout), [spec]);
  if (reading?.is !== 'present') throw new Error('it was not read');
  return diff(spec, reading);
}

test('what it writes, it reads as the same; so it does other ways of writing it', () => {
  const text = sourceText(shop);
  expect(fieldsOf(text)).toEqual([]);
  expect(fieldsOf(sourceText(flat), flat)).toEqual([]);
  const other = text
    .replace('Types: deb', '\ntypes:deb')
    .replace('main extra', 'main\n# both\n  extra')
    .replaceAll('\n ', '\n\t');
  expect(fieldsOf(other)).toEqual([]);
});

test('a key is shown by its fingerprint', () => {
  const text = sourceText({ ...shop, signedBy: '/etc/apt/keyrings/shop.asc' });
  expect(fieldsOf(text)).toEqual([
    {
      field: 'signedBy',
      from: '/etc/apt/keyrings/shop.asc',
      to: 'key 4D64FEC119C2029067D6E791F8D2585B8783D481',
    },
  ]);
});

test('a key with another date is a change, though its fingerprint is the same', () => {
  // The signature of the key is its last packet; without it the key is another text of the same key.
  const bytes = Buffer.from(key.replaceAll(/^[-=].*\n|\n/gm, ''), 'base64').subarray(0, 53);
  const bare = `-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n${bytes.toString('base64')}\n-----END PGP PUBLIC KEY BLOCK-----\n`;
  const name = 'key 4D64FEC119C2029067D6E791F8D2585B8783D481';
  expect(fieldsOf(sourceText({ ...shop, signedBy: bare }))).toEqual([
    { field: 'signedBy', from: name, to: `${name}, with other signatures` },
  ]);
});

test('what was added by hand goes: a field, a second source', () => {
  const text = `${sourceText(shop)}Enabled: no\n\nTypes: deb\nURIs: https://other.example\n`;
  expect(fieldsOf(text)).toEqual([
    { field: 'stanzas', from: 2, to: 1 },
    { field: 'Enabled', from: 'no', to: null },
  ]);
});

test('apt reads all sources before one is put in place, and a removal is no exception', () => {
  const differences = [shop, gone].map((spec) => ({ spec, reading: absent, fields: [] }));
  const { script } = driver.apply(differences);
  const steps = [
    '"$hw_trial"/gone.sources',
    '"$hw_trial"/shop.sources',
    'indextargets',
    'hw_open /etc',
  ];
  const places = steps.map((step) => script.indexOf(step));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(script.indexOf('rm -f -- /etc/apt/sources.list.d/gone.sources')).toBeGreaterThan(
    places.at(-1) ?? 0,
  );
});

test('packages come after it, but those that it needs come before', () => {
  const after = (name: string) => Package.type.edges({ name }).after;
  expect(AptSource.type.provides(shop)).toEqual(['apt-source', 'apt-source:inline']);
  expect(AptSource.type.provides(flat)).toEqual(['apt-source']);
  expect(after('nginx')).toContain('apt-source');
  for (const name of ['ca-certificates', 'gnupg', 'shop-keyring', 'apt-utils']) {
    expect(after(name)).not.toContain('apt-source');
  }
  expect(after('shop-keyring')).toContain('apt-source:inline');
  expect(edges(flat).after).toEqual([
    'under:/etc/apt',
    'package:ca-certificates',
    'path:/usr/share/keyrings/flat-keyring.gpg',
    'package:flat-keyring',
  ]);
});

test('a private key is refused without being shown', () => {
  const [problem = ''] = check({ ...shop, signedBy: key.replaceAll('PUBLIC', 'PRIVATE') });
  expect(problem).toMatch(/^Property signedBy .* private key/);
  expect(problem).not.toContain('mDME');
});
