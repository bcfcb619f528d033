import { captured } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { readPublicKey } from './public-key.ts';

/** The key that signs the releases of Debian 12, from its package. */
const { stdout: armored } = captured(import.meta, 'archive-key');
const fingerprint = '4D64FEC119C2029067D6E791F8D2585B8783D481';
const plain = { armored: armored.trim(), fingerprints: [fingerprint] };

function armorOf(bytes: Iterable<number>, kind = 'PUBLIC KEY BLOCK'): string {
  const body = Buffer.from([...bytes]).toString('base64');
  return `-----BEGIN PGP ${kind}-----\n\n${body}\n-----END PGP ${kind}-----\n`;
}

test('a key is known by its fingerprint', () => {
  expect(readPublicKey(armored)).toEqual(plain);
});

test.each([
  ['lines of Windows', armored.replaceAll('\n', '\r\n')],
  ['blanks before each line, as in a template literal', armored.replaceAll(/^/gm, '      ')],
  ['headers', armored.replace('BLOCK-----\n', 'BLOCK-----\nVersion: GnuPG v2\nComment: a: b\n')],
  ['no empty line', armored.replace('\n\n', '\n')],
  ['a dot for the empty line, as in deb822', armored.replace('\n\n', '\n.\n')],
  ['text around it', `pub   ed25519 2023-01-23\n\n${armored}\nThat was it.\n`],
  ['no checksum', armored.replace(/^=.*\n/m, '')],
])('%s: it is the same key', (_, text) => {
  expect(readPublicKey(text)).toEqual(plain);
});

test('several blocks become one', () => {
  const key = readPublicKey(`${armored}\n${armored}`);
  if ('problem' in key) throw new Error(key.problem);
  expect(key.fingerprints).toEqual([fingerprint, fingerprint]);
  expect(key.armored.match(/BEGIN/g)).toHaveLength(1);
  expect(readPublicKey(key.armored)).toEqual(key);
});

test.each([
  ['a private key', armorOf([1], 'PRIVATE KEY BLOCK'), /private key.*sign packages/],
  ['a private key among public ones', armored + armorOf([1], 'PRIVATE KEY BLOCK'), /private key/],
  ['a private key that says that it is public', armorOf([0xc5, 1, 4]), /private key/],
  ['a signature', armorOf([1], 'SIGNATURE'), /no whole PGP PUBLIC KEY BLOCK/],
  ['a signature that says that it is a key', armorOf([0xc2, 1, 4]), /no public key/],
  ['a page that says that it was not found', '<html>404</html>', /gpg --armor --export/],
  ['a key without its end', armored.slice(0, 300), /no whole PGP PUBLIC KEY BLOCK/],
  ['a key with a line missing', armored.replace(/^mDME.*\n/m, ''), /damaged/],
  ['a key with a letter changed', armored.replace('mDMEY8', 'mDMEY9'), /damaged/],
  ['a key that ends too soon', armorOf([0x98, 51, 4]), /no public key/],
  ['a key of version 3', armorOf([0x98, 1, 3]), /version/],
  ['nothing between the lines', armorOf([]), /damaged/],
])('%s is refused', (_, text, problem) => {
  expect(readPublicKey(text)).toEqual({ problem: expect.stringMatching(problem) });
});

test('whatever is cut off or changed, it says so or finds a key', () => {
  const bytes = Buffer.from(armored.replaceAll(/^[-=].*\n|\n/gm, ''), 'base64');
  for (let end = 0; end < bytes.length; end += 1) {
    const cut = readPublicKey(armorOf(bytes.subarray(0, end)));
    const changed = Buffer.from(bytes);
    changed[end] = (changed[end] ?? 0) ^ 0xff;
    for (const key of [cut, readPublicKey(armorOf(changed))]) {
      expect('problem' in key ? key.problem : key.fingerprints.join()).not.toBe('');
    }
  }
});

test('keys of version 4 and 6, with both formats of headers', () => {
  const fingerprints = [
    [0x99, 0, 2, 4, 1],
    [0xc6, 2, 4, 1],
    [0xc6, 0xff, 0, 0, 0, 2, 4, 1],
  ].map((bytes) => readPublicKey(armorOf(bytes)));
  const known = { fingerprints: [expect.stringMatching(/^[0-9A-F]{40}$/)] };
  expect(fingerprints).toEqual([known, known, known].map((key) => expect.objectContaining(key)));
  expect(readPublicKey(armorOf([0xc6, 2, 6, 1]))).toMatchObject({
    fingerprints: [expect.stringMatching(/^[0-9A-F]{64}$/)],
  });
});
