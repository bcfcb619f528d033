import { spawnSync } from 'node:child_process';
import { homedir, userInfo } from 'node:os';
import { expect, test } from '@jest/globals';
import { thisUser } from './this-user.ts';

test('name and home are those of the system', () => {
  expect(thisUser()).toEqual({ name: userInfo().username, homeFolder: homedir() });
});

const file = new URL('./this-user.ts', import.meta.url).href;
const main = new URL('../cli/main.ts', import.meta.url).pathname;

/** A number without an entry in the password file, as containers of CI services have it. */
const nobody = 54_321;

(process.getuid?.() === 0 ? test : test.skip)(
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
