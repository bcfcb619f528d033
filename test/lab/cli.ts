import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { bootLab, type HostWish } from './boot-lab.ts';
import { type Software, softwareNames } from './image-recipe.ts';
import { findLab, keyFiles, openLab } from './lab.ts';
import { LabError } from './lab-error.ts';
import { type LabRecord, listRecords } from './lab-record.ts';
import { enterArguments, isPoweredOn } from './machine.ts';
import { isRelease, type Release, releases } from './release.ts';
import { removeAbandonedLabs, removeLab, removeUnusedImages } from './remove-lab.ts';
import { missingForLab, missingPackages } from './requirements.ts';
import { sayOnStderr } from './say.ts';
import { stateDir } from './state-dir.ts';

const usage = `Real Debian hosts on this machine, for a look around.

  npm run lab -- up [COUNT | NAME[=RELEASE]…] [--release RELEASE] [--software SET] [--name LAB]
                                     boot hosts; they stay until \`down\` (releases: ${releases.join(', ')};
                                     sets of software that is installed before: ${softwareNames.join(', ')})
  npm run lab -- ssh [USER@]HOST     log in (root, deploy with sudo, admin with sudo and a password)
  npm run lab -- exec HOST -- COMMAND…   run a command as root, without SSH
  npm run lab -- list [--json]       labs, hosts, addresses
  npm run lab -- reboot HOST         reboot a host and wait for it
  npm run lab -- down [LAB | --all]  remove the lab, a named one of several, or every lab that stays
  npm run lab -- gc                  remove what owners that are gone left behind, and old images
  npm run lab -- check [--json]      say whether the sandbox can boot here

HOSTWRIGHT_LAB_DIR names another place than /var/lib/hostwright-lab for images, caches and labs.
`;

interface Arguments {
  readonly positionals: readonly string[];
  readonly release: string | undefined;
  readonly software: string | undefined;
  readonly name: string | undefined;
  readonly lab: string | undefined;
  readonly json: boolean;
  readonly all: boolean;
}

const verbs: Readonly<Record<string, (given: Arguments) => Promise<number>>> = {
  up,
  ssh,
  exec,
  list,
  reboot,
  down,
  gc,
  check,
};

const usageExitCode = 64;

async function main(args: readonly string[]): Promise<number> {
  const [verb = 'help', ...rest] = args;
  const run = verbs[verb];
  if (run === undefined) {
    const isHelp = ['help', '--help', '-h'].includes(verb);
    (isHelp ? process.stdout : process.stderr).write(usage);
    return isHelp ? 0 : usageExitCode;
  }
  return run(parseArguments(rest));
}

function parseArguments(args: readonly string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        release: { type: 'string' },
        software: { type: 'string' },
        name: { type: 'string' },
        lab: { type: 'string' },
        json: { type: 'boolean' },
        all: { type: 'boolean' },
      },
    });
    const { release, software, name, lab, json = false, all = false } = values;
    return { positionals, release, software, name, lab, json, all };
  } catch (cause) {
    throw new LabError(cause instanceof Error ? cause.message : String(cause));
  }
}

async function up(given: Arguments): Promise<number> {
  const software = parseSoftware(given.software);
  const hosts = hostWishes(given.positionals, given.release).map((host) => ({ ...host, software }));
  const { name = 'lab' } = given;
  if (listRecords(stateDir()).some((each) => each.name === name && each.owner === null)) {
    throw new LabError(
      `A lab called ${name} is up already: \`down ${name}\` it, or give this one a --name.`,
    );
  }
  const lab = await bootLab({ hosts, name, stays: true });
  for (const host of lab.hosts) {
    process.stdout.write(`${host.name}  ${host.release}  ${host.address}\n`);
  }
  process.stderr.write(
    `log in: npm run lab -- ssh ${lab.hosts[0]?.name}    key: ${lab.identityFile}    end: npm run lab -- down ${name}\n`,
  );
  return 0;
}

/** `3` is host1 to host3, the releases in turn; `mx=debian-13` is that one host. */
function hostWishes(words: readonly string[], release: string | undefined): readonly HostWish[] {
  const [first = '1'] = words;
  const names = /^\d+$/.test(first)
    ? Array.from({ length: Number(first) }, (_, index) => `host${index + 1}`)
    : words;
  return names.map((word, index) => {
    const [name = '', own] = word.split('=');
    return { name, release: parseRelease(own ?? release ?? releases[index % releases.length]) };
  });
}

function parseRelease(text: string | undefined): Release {
  if (text !== undefined && isRelease(text)) return text;
  throw new LabError(`The lab boots ${releases.join(' and ')}, not ${text}.`);
}

function parseSoftware(text = 'bare'): Software {
  const known = softwareNames.find((name) => name === text);
  if (known !== undefined) return known;
  throw new LabError(`The sets of software are ${softwareNames.join(' and ')}, not ${text}.`);
}

async function ssh(given: Arguments): Promise<number> {
  const [target = '', ...command] = given.positionals;
  const [host = '', user = 'root'] = target.split('@').reverse();
  const { lab, address } = findHost(host, given.lab);
  const { identityFile, knownHosts } = keyFiles(lab);
  return runInForeground('ssh', [
    ...['-F', 'none', '-i', identityFile],
    ...['-o', 'IdentitiesOnly=yes', '-o', `UserKnownHostsFile="${knownHosts}"`],
    `${user}@${address}`,
    ...command,
  ]);
}

async function exec(given: Arguments): Promise<number> {
  const [host = '', ...command] = given.positionals;
  const { lab } = findHost(host, given.lab);
  const words = command.length === 0 ? ['/bin/bash', '-l'] : command;
  return runInForeground('nsenter', [...enterArguments(lab, host), ...words]);
}

async function list(given: Arguments): Promise<number> {
  const labs = listRecords(stateDir());
  if (given.json) {
    const all = labs.map((lab) => ({ ...lab, ...keyFiles(lab) }));
    process.stdout.write(`${JSON.stringify(all, undefined, 2)}\n`);
    return 0;
  }
  for (const lab of labs) {
    const end = lab.owner === null ? 'stays' : `ends with process ${lab.owner.pid}`;
    process.stdout.write(`lab ${lab.id} (${lab.name}), ${end}\n`);
    for (const host of lab.hosts) {
      const power = isPoweredOn(lab, host.name) ? 'on' : 'off';
      process.stdout.write(`  ${host.name}  ${host.release}  ${host.address}  ${power}\n`);
    }
  }
  return 0;
}

async function reboot(given: Arguments): Promise<number> {
  const [host = ''] = given.positionals;
  await openLab(findHost(host, given.lab).lab).reboot(host);
  return 0;
}

async function down(given: Arguments): Promise<number> {
  const dirs = stateDir();
  const say = sayOnStderr();
  for (const lab of labsToEnd(given)) {
    await removeLab(lab, dirs);
    say(`lab ${lab.id} (${lab.name}): down`);
  }
  return 0;
}

/** The lab that is named, all that stay with --all, or the only one there is: not by chance somebody else's. */
function labsToEnd(given: Arguments): readonly LabRecord[] {
  const [name] = given.positionals;
  const staying = listRecords(stateDir()).filter((lab) => lab.owner === null);
  if (name !== undefined) {
    const found = findLab(name, stateDir());
    if (found === undefined) throw new LabError(`There is no lab ${name}.`);
    return [found];
  }
  if (given.all || staying.length < 2) return staying;
  const names = staying.map((lab) => lab.name).join(', ');
  throw new LabError(`Several labs stay: ${names}. Name one, or say --all.`);
}

async function gc(): Promise<number> {
  const say = sayOnStderr();
  const removed =
    (await removeAbandonedLabs(stateDir(), say)) + (await removeUnusedImages(stateDir(), say));
  if (removed === 0) say('nothing to remove');
  return 0;
}

async function check(given: Arguments): Promise<number> {
  const missing = await missingForLab();
  if (given.json) {
    process.stdout.write(`${JSON.stringify({ missing, packages: missingPackages() })}\n`);
    return 0;
  }
  process.stdout.write(
    missing === undefined
      ? 'the sandbox can boot here\n'
      : `the sandbox cannot boot here: ${missing}\n`,
  );
  return missing === undefined ? 0 : 1;
}

/** The youngest lab that has the host, or the one that --lab names. */
function findHost(host: string, labName: string | undefined): { lab: LabRecord; address: string } {
  const found = listRecords(stateDir())
    .filter((lab) => labName === undefined || [lab.name, String(lab.id)].includes(labName))
    .sort((one, other) => other.createdAt.localeCompare(one.createdAt))
    .flatMap((lab) =>
      lab.hosts
        .filter((each) => each.name === host)
        .map((each) => ({ lab, address: each.address })),
    )[0];
  if (found !== undefined) return found;
  throw new LabError(
    `No lab has a host \`${host}\`; \`npm run lab -- list\` shows those there are.`,
  );
}

function runInForeground(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    // Ctrl-C belongs to the command in front; this process ends when that one does.
    process.on('SIGINT', () => undefined);
    const child = spawn(command, args, { stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (cause) {
  if (!(cause instanceof LabError)) throw cause;
  process.stderr.write(`${cause.message}\n`);
  process.exitCode = 1;
}
