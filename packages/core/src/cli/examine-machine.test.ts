import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Finding } from '../model/diagnosis.ts';
import { examineMachine } from './examine-machine.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hostwright-doctor-'));
  mkdirSync(join(home, '.ssh'), { mode: 0o700 });
});
afterEach(() => rmSync(home, { recursive: true }));

function write(name: string, text: string, mode: number): void {
  writeFileSync(join(home, name), text);
  chmodSync(join(home, name), mode);
}

function found(about: Finding['about'], env: Record<string, string> = {}): readonly Finding[] {
  const all = { PATH: process.env.PATH, ...env };
  const machine = { node: '24.0.0', homeFolder: home, folder: home, env: all };
  return examineMachine(machine).filter((finding) => finding.about === about);
}

test('a private key that others may read is a problem, and so is a folder that they may write to', () => {
  write('.ssh/id_ed25519', 'x', 0o600);
  expect(found('keys')).toEqual([{ about: 'keys', is: 'ok', text: 'Keys: ~/.ssh/id_ed25519.' }]);
  chmodSync(join(home, '.ssh/id_ed25519'), 0o644);
  chmodSync(join(home, '.ssh'), 0o777);
  expect(found('keys')).toMatchObject([
    { is: 'problem', remedy: '`chmod 700 ~/.ssh`' },
    { is: 'problem', remedy: '`chmod 600 ~/.ssh/id_ed25519`' },
  ]);
});

test('what is called like a key and is none is passed over', () => {
  symlinkSync('/nowhere', join(home, '.ssh/id_gone'));
  mkdirSync(join(home, '.ssh/id_folder'));
  expect(found('keys')).toMatchObject([{ is: 'warning', text: 'No private key in ~/.ssh.' }]);
  rmSync(join(home, '.ssh'), { recursive: true });
  write('.ssh', '', 0o600);
  expect(found('keys')).toMatchObject([{ is: 'warning' }]);
});

test('no key, no agent, no known_hosts: a warning with what to do', () => {
  expect([...found('keys'), ...found('known_hosts')]).toMatchObject([
    { is: 'warning', remedy: expect.stringContaining('ssh-keygen') },
    { is: 'warning', remedy: expect.stringContaining('ssh-keyscan') },
  ]);
  write('.ssh/known_hosts', '', 0o666);
  expect(found('known_hosts')).toMatchObject([{ is: 'problem' }]);
});

test('an agent that does not answer is a problem', () => {
  expect(found('agent', { SSH_AUTH_SOCK: join(home, 'gone') })).toMatchObject([{ is: 'problem' }]);
  expect(found('agent')).toMatchObject([{ is: 'ok' }]);
});

test('a machine without OpenSSH works, and is told what it lacks', () => {
  expect(found('ssh', { PATH: home })).toMatchObject([
    { is: 'warning', text: expect.stringContaining('OpenSSH client is missing') },
  ]);
});

test('the package.json that decides how a playbook is read', () => {
  expect(found('package')).toMatchObject([
    { is: 'warning', text: expect.stringContaining('No package.json') },
  ]);
  write('package.json', '{ "type": "commonjs" }', 0o644);
  expect(found('package')).toMatchObject([
    { is: 'problem', remedy: expect.stringContaining('npm pkg set type=module') },
    { is: 'warning', remedy: '`npm install @hostwright/core @hostwright/modules`' },
  ]);
  write('package.json', '{ "type": "module" }', 0o644);
  expect(found('package')[0]).toMatchObject({ is: 'ok' });
  write('package.json', '{ type: module }', 0o644);
  expect(found('package')[0]).toMatchObject({
    is: 'problem',
    text: expect.stringContaining('cannot be read: '),
  });
});
