import { spawnSync } from 'node:child_process';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { thisUser } from './this-user.ts';

test('name and home are those of the system', () => {
  expect(thisUser()).toEqual({ name: userInfo().username, homeFolder: homedir() });
});

const file = new URL('./this-user.ts', import.meta.url).href;
const main = join(import.meta.dirname, '../cli/main.ts');

/** A number without an entry in the password file, as containers of CI services have it. */
const nobody = 54_321;

/** Only root may become it, and a checkout in root's own folder is none that it could run. */
const canTry =
  process.getuid?.() === 0 &&
  spawnSync('test', ['-r', main], { uid: nobody, gid: nobody, cwd: '/' }).status === 0;

(canTry ? test : test.skip)(
  'a user that the system does not know runs commands all the same',
  () => {
    const { HOME: _, XDG_CACHE_HOME: __, ...env } = process.env;
    const options = { uid: nobody, gid: nobody, env, cwd: '/', encoding: 'utf8' } as const;
    const script = `import('${file}').then(({ thisUser }) => console.log(JSON.stringify(thisUser())))`;
    const asked = spawnSync(process.execPath, ['-e', script], options);
    expect(JSON.parse(asked.stdout)).toEqual({ name: 'unknown', homeFolder: '/' });
    const shown = spawnSync(process.execPath, [main, '--version'], options);
    expect([shown.status, shown.stderr]).toEqual([0, '']);
  },
  30_000,
);
