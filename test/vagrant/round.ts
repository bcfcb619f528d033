import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../lab/lab-error.ts';
import { runCommand } from '../lab/run-command.ts';
import type { Say } from '../lab/say.ts';
import type { Box } from './box.ts';
import { homeVagrantfile, privateNetwork } from './box-recipe.ts';
import { runShown } from './run-shown.ts';
import { libvirtUri } from './seclusion.ts';

const repository = join(import.meta.dirname, '../..');
const example = join(repository, 'examples/vagrant');
const hostwright = join(repository, 'packages/core/src/cli/main.ts');

/** Exit codes of a plan: hosts differ, and nothing differs. */
const changes = 2;
const converged = 0;

export interface Round {
  readonly folder: string;
  /** Machines that are applied; all where none is named. */
  readonly applied: readonly string[];
  /** Without KVM. */
  readonly isEmulated: boolean;
}

/**
 * What a user does with the example, with the real vagrant: up, plan, apply, a second plan that is empty, destroy.
 * Runs in the seclusion; throws at the first step that does not end as it has to.
 */
export async function makeRound(
  box: Box,
  { folder, applied, isEmulated }: Round,
  say: Say,
): Promise<void> {
  const home = join(folder, 'home');
  mkdirSync(home);
  writeFileSync(join(home, 'Vagrantfile'), homeVagrantfile(box));
  const env = environment(home, folder, isEmulated);
  const step = async (title: string, words: readonly string[], expected = converged) => {
    const startedAt = performance.now();
    say(title);
    const code = await runShown(words, { cwd: example, env, limitMs: stepMsMax });
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
    if (code !== expected) {
      throw new LabError(
        `${words.join(' ')} ended with ${code} after ${seconds} s, not with ${expected}.`,
      );
    }
    say(`${title}: done in ${seconds} s`);
  };
  const limit = applied.length === 0 ? [] : ['--limit', applied.join(',')];
  const node = (verb: string) => [process.execPath, hostwright, verb, 'site.ts'];
  await step('box: added', ['vagrant', 'box', 'add', '--name', boxName, box.file]);
  await step('vagrant up', ['vagrant', 'up']);
  await step('vagrant ssh-config', ['vagrant', 'ssh-config']);
  await step('first plan: differs', node('plan'), changes);
  await step('apply', [...node('apply'), '--yes', ...limit]);
  await step('second plan: empty', [...node('plan'), ...limit]);
  await step('vagrant destroy', ['vagrant', 'destroy', '-f']);
  const left = await runCommand('virsh', ['-c', libvirtUri, 'list', '--all', '--name']);
  if (left.stdout.trim() !== '') throw new LabError(`vagrant destroy left ${left.stdout.trim()}.`);
}

const boxName = 'hostwright/debian';
/** One of three machines with a whole mail system, all of it by qemu without KVM, on a busy computer. */
const stepMsMax = 120 * 60_000;

function environment(home: string, folder: string, isEmulated: boolean): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: home,
    LANG: 'C.UTF-8',
    NODE_OPTIONS: '--disable-warning=ExperimentalWarning',
    BOX: boxName,
    NETWORK: privateNetwork,
    EMULATED: isEmulated ? 'yes' : 'no',
    LIBVIRT_DEFAULT_URI: libvirtUri,
    VAGRANT_DEFAULT_PROVIDER: 'libvirt',
    VAGRANT_HOME: home,
    VAGRANT_DOTFILE_PATH: join(folder, 'dotfile'),
    VAGRANT_CHECKPOINT_DISABLE: '1',
  };
}
