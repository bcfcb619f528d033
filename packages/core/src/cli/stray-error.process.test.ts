import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

// Real processes; the host is this machine, by connection: 'local'.

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const core = new URL('../index.ts', import.meta.url).href;
const slow = new URL('../testing/slow.ts', import.meta.url).href;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-stray-'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Applies a playbook whose timer does this in line 10, as soon as its first step is at work. */
function applyWith(work: string, resources = '[first, second]') {
  const text = `import { existsSync } from 'node:fs';
import { inventory, play, playbook } from '${core}';
import { slowKind } from '${slow}';
const Slow = slowKind('Slow');
const first = Slow({ path: '${folder}/a', log: '${folder}/log' });
const second = Slow({ path: '${folder}/b', log: '${folder}/log' }, { needs: [first] });
const hosts = inventory({ hosts: { here: { connection: 'local' } } });
export default playbook({ inventory: hosts, plays: [play({ hosts: 'all', resources: () => ${resources} })] });
const timer = setInterval(() => {
  if (existsSync('${folder}/log')) { ${work}; }
}, 20);
`;
  writeFileSync(join(folder, 'site.ts'), text);
  const { NO_COLOR: _, FORCE_COLOR: __, NODE_OPTIONS: ___, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'apply', '-y', 'site.ts'], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  const made = ['a', 'b'].filter((name) => existsSync(join(folder, name)));
  return { status, stdout, stderr, made };
}

test.each([
  ["throw new TypeError('stray')", 'TypeError: stray'],
  ["Promise.reject(new RangeError('lost'))", 'RangeError: lost'],
])(
  '%s in a timer lets the step at work finish, and the run ends with 1',
  (work, said) => {
    const { status, stdout, stderr, made } = applyWith(`clearInterval(timer); ${work}`);
    expect(stderr).toMatch(new RegExp(`^✘ .*site\\.ts:10.*The playbook threw ${said}, which`, 'm'));
    expect(stderr).toContain('[PLAYBOOK_THREW]');
    expect(stderr).toContain('! Interrupted: finishing the steps at work.');
    expect(stdout).toContain('! 1 resource not begun: the run was interrupted.\n');
    expect([status, made]).toEqual([1, ['a']]);
  },
  60_000,
);

test('a run with nothing left to do after a stray error is no run that went well; what is no error has no line', () => {
  const found = applyWith("clearInterval(timer); Promise.reject('a text')", '[first]');
  expect(found.stderr).toContain('✘ Something beside the run threw a text, which nothing waits');
  expect(found.stdout).toContain('1 changed');
  expect([found.status, found.made]).toEqual([1, ['a']]);
}, 60_000);

test.each([
  ['after the run', '', 1],
  [
    'while the playbook is loaded',
    'await new Promise((resolve) => setTimeout(resolve, 1000));',
    64,
  ],
])(
  'a stray error %s is said in the same words',
  (_, waiting, code) => {
    const text = `import { inventory, playbook } from '${core}';
setTimeout(() => { throw new TypeError('stray'); }, 500);
${waiting}
export default playbook({ inventory: inventory({ hosts: {} }), plays: [] });
`;
    writeFileSync(join(folder, 'site.ts'), text);
    const args = [main, 'inventory', 'site.ts'];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    expect(stderr).toMatch(/^✘ site\.ts:2: The playbook threw TypeError: stray, which/m);
    expect(stderr).not.toContain('Node.js v');
    expect(status).toBe(code);
  },
  60_000,
);

test('the second stray error ends at once', () => {
  const { status, stderr, made } = applyWith("throw new TypeError('stray')");
  expect(stderr.match(/\[PLAYBOOK_THREW]/g)).toHaveLength(2);
  expect(stderr).toContain('! Ended at once');
  expect([status, made]).toEqual([1, []]);
}, 60_000);
