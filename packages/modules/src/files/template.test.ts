import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Expression, HostwrightError, reveal, Secret, secret } from '@hostwright/core';
import { captured, describeResource } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { File } from './file.ts';
import { Template } from './template.ts';

const releases = ['debian-12', 'debian-13'];

describeResource(Template, {
  valid: [
    {
      path: '/etc/motd',
      template: 'motd.hbs',
      vars: { name: 'mx1' },
      content: 'This is mx1.\n',
      owner: 'root',
      group: 'root',
      mode: '0644',
      validate: ['test', '-s', '%'],
    },
    { path: '/etc/issue', source: '', content: '' },
  ],
  invalid: {
    'a relative path': { path: 'etc/motd', content: '' },
    'variables that are no object': { path: '/a', content: '', vars: 'x' },
    'a secret template': { path: '/a', content: '', template: secret('x') },
  },
  converged: Object.fromEntries(
    releases.map((release) => [
      release,
      [captured(import.meta, `file.${release}`), [{ path: '/srv/hw/plain', content: 'hello\n' }]],
    ]),
  ),
  drifted: Object.fromEntries(
    releases.map((release) => [
      release,
      [captured(import.meta, `file.${release}`), [{ path: '/srv/hw/plain', content: 'x' }]],
    ]),
  ),
});

test('the text is rendered when it is declared', () => {
  const { kind, spec, source } = Template({
    path: '/etc/motd',
    source: '{{name}}: {{#each ports}}{{this}} {{/each}}<&>\n',
    vars: { name: 'mx1', ports: [25, 587] },
    mode: '0600',
  });
  expect(kind).toBe('Template');
  expect(spec).toEqual({ path: '/etc/motd', mode: '0600', content: 'mx1: 25 587 <&>\n' });
  expect(source?.file).toMatch(/template\.test\.ts$/);
});

test('a template stands beside the playbook, at an absolute path or at a URL', () => {
  const place = mkdtempSync(join(tmpdir(), 'hostwright-template-'));
  const file = join(place, 'a.hbs');
  writeFileSync(file, '{{a}}\r\n');
  const contentOf = (template: string) =>
    Template({ path: '/a', template, vars: { a: 1 } }).spec.content;
  expect(contentOf(file)).toBe('1\r\n');
  expect(contentOf(pathToFileURL(file).href)).toBe('1\r\n');
  rmSync(place, { recursive: true });
  expect(() => contentOf('./gone.hbs')).toThrow(/files\/gone\.hbs could not be read: ENOENT/);
});

test('a secret variable makes the file secret, an output makes it an output', () => {
  const hidden = Template({ path: '/a', source: 'pw={{pw}}', vars: { pw: secret('s3') } });
  expect(hidden.spec.content).toBeInstanceOf(Secret);
  expect(JSON.stringify(hidden.spec)).not.toContain('s3');
  expect(reveal(hidden.spec.content as Secret)).toBe('pw=s3');
  const output = File({ path: '/b' }).out as unknown as Record<'x', Expression<string>>;
  const waiting = Template({ path: '/a', source: 'x={{x}}', vars: { x: output.x } });
  expect(waiting.spec.content).toBeInstanceOf(Expression);
});

test('an error names the line of the playbook, the file on the host and the line of the template', () => {
  const thrown = (declare: () => unknown) => {
    try {
      return declare();
    } catch (error) {
      return error instanceof HostwrightError ? error : undefined;
    }
  };
  const missing = thrown(() => Template({ path: '/etc/motd', source: 'a\n{{name}}', vars: {} }));
  expect(missing).toMatchObject({
    code: 'TEMPLATE_INVALID',
    message: expect.stringMatching(
      /^Template\[\/etc\/motd\] \(.*template\.test\.ts:\d+\): The template of \/etc\/motd could not be rendered: line 2 uses name, which vars does not have\.$/,
    ),
  });
  const both = thrown(() => Template({ path: '/a', source: '', template: 'b' }));
  expect(both).toMatchObject({ code: 'SPEC_INVALID' });
  expect(thrown(() => Template({ path: '/a' }))).toMatchObject({ code: 'SPEC_INVALID' });
});
