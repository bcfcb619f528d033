import { join } from 'node:path';
import { inventory, reveal, Secret } from '@hostwright/core';
import { expect, test } from '@jest/globals';
import { formatNotes } from '../notes.ts';
import { fromAnsible } from './from-ansible.ts';

const captured = join(import.meta.dirname, 'captured');
const ini = fromAnsible({ path: join(captured, 'ini/hosts') }, { user: 'me' });
const yaml = fromAnsible({ path: join(captured, 'yaml/hosts.yml') }, { user: 'me' });

test('the inventory that comes out gives every host the variables that Ansible gives it', () => {
  const hosts = inventory(ini.input);
  expect(hosts.hosts.get('db1')).toMatchObject({
    address: '192.0.2.21',
    user: 'me',
    become: { user: 'postgres' },
    vars: { tier: 'all-file', weight: 5, retention: 7, mode: '0644', raw: '{{ not a template }}' },
  });
  expect(hosts.hosts.get('bastion.example.com')?.user).toBe('jump');
  expect(hosts.groups.get('europe')).toHaveLength(9);
  expect(hosts.hosts.get('web02.example.com')?.ssh.jump).toEqual({
    address: 'bastion.example.com',
    user: 'jump',
  });
  expect(hosts.hosts.get('local')?.connection).toBe('local');
  expect(hosts.hosts.get('fd00--7')).toMatchObject({ address: 'fd00::7', ssh: { port: 2222 } });
});

test("connection variables are none of a host's variables", () => {
  const names = [...inventory(ini.input).hosts.values()].flatMap(({ vars }) => Object.keys(vars));
  expect(names.filter((name) => name.startsWith('ansible_'))).toEqual([]);
});

test('what cannot be carried over is named, with what to do', () => {
  const text = formatNotes(ini.notes);
  expect(text).toContain('! group prod: the variable template: it is a Jinja2 template');
  expect(text).toContain('! host db1: the variable secret_key: it is encrypted by Ansible Vault');
  expect(text).toContain(
    'and 3 more: the ssh option StrictHostKeyChecking=no: host keys are always',
  );
  expect(text).toContain('· group lonely: the group: no host is in it');
  expect(text).toMatch(/· .*ansible_python_interpreter: only Ansible needs it/);
  const more = formatNotes(yaml.notes);
  expect(more).toContain('! box: the host: the connection docker is neither ssh nor local');
});

test('who one becomes another user by is carried over, and what there is not is named', () => {
  expect(inventory(yaml.input).hosts.get('w1')?.become).toMatchObject({ method: 'su' });
  const text = `[all:vars]
ansible_become=true
[web]
a ansible_become_method=su ansible_become_password=x
b ansible_become_method=doas ansible_become_password=x
c ansible_become_method=pbrun`;
  const { input, notes } = fromAnsible({ text });
  const { hosts } = inventory(input);
  expect([...hosts.values()].map(({ become }) => become?.method)).toEqual([
    'su',
    'doas',
    undefined,
  ]);
  expect(hosts.get('b')?.become?.password).toBeUndefined();
  expect(formatNotes(notes)).toContain(
    '! b: ansible_become_password: doas reads it from a terminal',
  );
  expect(formatNotes(notes)).toContain('! c: ansible_become_method: there are sudo, su, doas, and');
});

test('passwords come as secrets', () => {
  const password = yaml.input.hosts.w1?.ssh?.password;
  expect(password).toBeInstanceOf(Secret);
  expect(password === undefined ? '' : reveal(password)).toBe('hush');
  expect(JSON.stringify(yaml)).not.toContain('hush');
});

test('a whole number that would lose digits is not carried over, whatever it is written in', () => {
  const big = '9007199254740993';
  const texts = [
    `a id=${big} safe=9007199254740991 text='"${big}"'`,
    `all:\n  hosts:\n    a:\n      id: ${big}\n      safe: 9007199254740991\n      text: '${big}'\n`,
    `{"web": {"hosts": ["a"]}, "_meta": {"hostvars": {"a": {"id": ${big}, "safe": 9007199254740991, "text": "${big}"}}}}`,
  ];
  for (const text of texts) {
    const { input, notes } = fromAnsible({ text });
    expect(inventory(input).hosts.get('a')?.vars).toEqual({ safe: 9007199254740991, text: big });
    expect(formatNotes(notes)).toContain('the variable id: it has more digits than a number keeps');
  }
});

test('a port that is none is named as it stands there', () => {
  for (const text of ['a ansible_port=ssh', 'a ansible_ssh_common_args="-o Port=ssh"']) {
    expect(() => fromAnsible({ text })).toThrow(/[Pp]ort must be a whole number, found "ssh"\./);
  }
  expect(() => fromAnsible({ text: 'a ansible_timeout=soon' })).toThrow(
    'Host a: ansible_timeout must be a whole number, found "soon".',
  );
  expect(() => inventory(fromAnsible({ text: 'a ansible_port=70000' }).input)).toThrow('70000');
});

test('variables that a play names have the type of their default', () => {
  const text = '[web]\na port=80\nb port=http';
  const options = { vars: { port: 25 } };
  const typed = inventory(fromAnsible({ text: '[web]\na port=80' }, options).input);
  typed.play({
    hosts: 'web',
    resources: ({ vars: { port } }) => [port satisfies number].map(() => []),
  });
  expect(typed.hosts.get('a')?.vars).toEqual({ port: 80 });
  expect(() => fromAnsible({ text }, options)).toThrow(
    'Host b: the variable port is a string, where a number is expected.',
  );
});

test('become that only the play switches on is pointed at', () => {
  const { notes } = fromAnsible({ text: 'a ansible_become_user=root' });
  expect(formatNotes(notes)).toContain('set become in `defaults`');
});
