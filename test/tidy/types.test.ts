import * as modules from '@hostwright/modules';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { refused, refusedAround } from '../types/refused.ts';
import { type Editor, openEditor } from './language-server.ts';

test('for every resource type something is written down that does not compile', () => {
  const types = Object.keys(modules).filter((name) => /^[A-Z]/.test(name));
  expect(Object.keys(refused)).toEqual(types.toSorted());
  expect(Object.keys(refusedAround)).toEqual(['inventory', 'play', 'plan']);
});

let editor: Editor;
beforeAll(async () => {
  editor = await openEditor();
}, 60_000);
afterAll(() => editor.close());

const importing = "import { Fail2banJail, Postconf, UfwRule } from '@hostwright/modules';\n";

test('an editor completes names of Postfix parameters', async () => {
  const offered = await editor.completions(`${importing}Postconf({ smtpd_tls_| });`);
  expect(offered).toEqual(
    expect.arrayContaining(['smtpd_tls_security_level', 'smtpd_tls_cert_file', 'myhostname']),
  );
}, 60_000);

test('an editor completes options of a jail, and words that an option knows', async () => {
  const options = await editor.completions(`${importing}Fail2banJail({ name: 'sshd', | });`);
  expect(options).toEqual(
    expect.arrayContaining(['bantime', 'findtime', 'maxretry', 'ignoreip', 'backend']),
  );
  expect(options).not.toContain('name');
  const words = await editor.completions(`${importing}UfwRule({ allow: 25, proto: '|' });`);
  expect(words).toEqual(expect.arrayContaining(['tcp', 'udp', 'any']));
}, 60_000);

test('an editor shows a port as the number that it is', async () => {
  const shown = await editor.hover(`${importing}UfwRule({ al|low: 25 });`);
  expect(shown).toContain('allow?: 25 | Expression<number | PortText | undefined> | PortText');
  const ofVariable = await editor.hover(
    `${importing}const port = Number('25');\nUfwRule({ al|low: port });`,
  );
  expect(ofVariable).toContain('allow?: number | Expression<');
}, 60_000);

test('an editor completes groups and hosts of the inventory', async () => {
  const offered = await editor.completions(`import { inventory } from '@hostwright/core';
const hosts = inventory({ hosts: { mx1: { groups: ['mail'] } } });
hosts.play({ hosts: '|', resources: () => [] });`);
  expect(offered).toEqual(expect.arrayContaining(['mx1', 'mail', 'all', 'controller']));
}, 60_000);
