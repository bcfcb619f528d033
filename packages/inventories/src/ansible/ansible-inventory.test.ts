import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ansibleInventory } from './ansible-inventory.ts';

const captured = join(import.meta.dirname, 'captured');

/** What `ansible-inventory --list` of ansible-core 2.14 (Debian 12) printed for the same files. */
test.each([
  ['ini', 'ini/hosts'],
  ['yaml', 'yaml/hosts.yml'],
  ['folder', 'folder'],
])('%s: the same hosts, groups and variables as Ansible says', (name, path) => {
  const list = readFileSync(join(captured, `${name}.list.json`), 'utf8');
  const ours = ansibleInventory({ path: join(captured, path) }, undefined);
  const theirs = ansibleInventory({ text: list }, 'json');
  const { _meta: facts } = JSON.parse(list);
  const varsOf = ({ hosts }: typeof ours) =>
    Object.fromEntries(
      [...hosts]
        .map(([host, { effective }]) => [host, effective] as const)
        // Ansible lists no host that has no variables.
        .filter(([, vars]) => Object.keys(vars).length > 0),
    );
  const membersOf = ({ hosts }: typeof ours) =>
    Object.fromEntries([...hosts].map(([host, { groups }]) => [host, [...groups].sort()]));
  expect(varsOf(ours)).toEqual(facts.hostvars);
  expect(membersOf(ours)).toEqual(membersOf(theirs));
});

test('what is wrong is said with file and line', () => {
  const reading = (text: string) => () => ansibleInventory({ text }, 'ini');
  expect(reading('[web]\na\nb c')).toThrow('the inventory:3: key=value is expected, found c.');
  expect(reading('[web:children]\ndb')).toThrow('the group db is defined nowhere');
  expect(reading('[a:children]\nb\n[b:children]\na')).toThrow(
    'Groups are in each other: a → b → a',
  );
  expect(reading('web[1:]')).toThrow('does not say where the range ends');
  expect(reading('web[01:100]')).toThrow('bounds of unequal length');
  expect(reading('a b="x')).toThrow('a quote does not end');
  expect(() => ansibleInventory({ text: '---\nplugin: aws_ec2' }, undefined)).toThrow('aws_ec2');
});

test('numbers of YAML are what they are to Ansible', () => {
  const text =
    'all:\n  hosts:\n    a: {zip: 08540, sha: 12e4, sha2: 1.0e3, real: 1.0e+3, mode: 0644, dot: .5e1, nine: 9, minus: -09}\n';
  // What ansible-inventory of ansible-core 2.14 printed for the same text.
  expect(ansibleInventory({ text }, 'yaml').hosts.get('a')?.effective).toEqual({
    zip: '08540',
    sha: '12e4',
    sha2: '1.0e3',
    real: 1000,
    mode: 420,
    dot: '.5e1',
    nine: 9,
    minus: '-09',
  });
});
