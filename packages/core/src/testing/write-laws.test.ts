import { expect, test } from '@jest/globals';
import { writeProblems } from './write-laws.ts';

test.each([
  'x=$(mktemp)',
  'cat a > b',
  'cat a | LC_ALL=C tee b',
  'apt-get -qq update',
  'if true; then systemctl daemon-reload; fi',
  'postconf -e a=b',
  "sed -i 's/a/b/' f",
  '/usr/sbin/ufw --force enable',
  'xargs -0 rm -f',
  'find . -delete',
  'find . -type f -exec rm {} +',
])('%s writes', (script) => {
  expect(writeProblems(script)).toHaveLength(1);
});

test.each([
  'apt-get -s install x 2>/dev/null',
  'systemctl show -p Id -- postfix.service >&2',
  'postconf -- a b',
  "sed -n 's/a/b/p' f",
  'ufw status verbose || :',
  'command -v mktemp',
  'find . -exec sha256sum -- {} +',
  'dpkg-query -W rm',
  "printf '%s\\n' 'rm -rf /' 'a > b'",
])('%s only reads', (script) => {
  expect(writeProblems(script)).toEqual([]);
});
