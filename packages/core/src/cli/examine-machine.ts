import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Finding } from '../model/diagnosis.ts';
import { moduleRemedy, shownPath } from './load-error.ts';
import { isOldNode, oldestNode } from './node-version.ts';
import { contentOf, nearestPackage } from './package-type.ts';

/** What is looked at: this machine, as a user's process sees it. */
export interface Machine {
  /** As `process.versions.node` has it. */
  readonly node: string;
  readonly homeFolder: string;
  /** Folder of the playbook, or the working directory. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Limit for one command of OpenSSH, in milliseconds. */
const commandMs = 5000;

/** Everything about this machine that a run needs, and what is wrong with it. Changes nothing. */
export function examineMachine(machine: Machine): readonly Finding[] {
  return [
    nodeFinding(machine.node),
    ...packageFindings(machine.folder),
    toolsFinding(machine),
    agentFinding(machine),
    ...keyFindings(machine),
    ...knownHostsFindings(machine),
  ];
}

function nodeFinding(version: string): Finding {
  if (!isOldNode(version)) return { about: 'node', is: 'ok', text: `Node ${version}.` };
  return {
    about: 'node',
    is: 'problem',
    text: `Node ${version} does not run TypeScript by itself.`,
    remedy: `Install Node ${oldestNode} or later.`,
  };
}

function packageFindings(folder: string): readonly Finding[] {
  const path = nearestPackage(join(folder, 'site.ts'));
  if (path === undefined) {
    const text = `No package.json in ${shownFolder(folder)} or above.`;
    const remedy =
      'Make a project with `hostwright init`, or `npm init` and `npm pkg set type=module`.';
    return [{ about: 'package', is: 'warning', text, remedy }];
  }
  return [typeFinding(path), installFinding(folder)];
}

function typeFinding(path: string): Finding {
  const content = contentOf(path);
  if (content instanceof Error) {
    const text = `${shownPath(path)} cannot be read: ${content.message}.`;
    return { about: 'package', is: 'problem', text, remedy: 'Correct the file.' };
  }
  const { type } = content;
  if (type === 'module') {
    return { about: 'package', is: 'ok', text: `${shownPath(path)} says "type": "module".` };
  }
  return {
    about: 'package',
    is: type === 'commonjs' ? 'problem' : 'warning',
    text:
      type === 'commonjs'
        ? `${shownPath(path)} says "type": "commonjs": a playbook there may not use import and export.`
        : `${shownPath(path)} has no "type": Node finds out by itself and says so in a warning.`,
    remedy: moduleRemedy(path),
  };
}

function installFinding(folder: string): Finding {
  try {
    createRequire(join(folder, 'site.ts')).resolve('@hostwright/core');
    return { about: 'package', is: 'ok', text: '@hostwright/core is installed for playbooks.' };
  } catch {
    return {
      about: 'package',
      is: 'warning',
      text: `A playbook in ${shownFolder(folder)} does not find @hostwright/core.`,
      remedy: '`npm install @hostwright/core @hostwright/modules`',
    };
  }
}

function shownFolder(folder: string): string {
  return shownPath(folder) || 'this folder';
}

/** Hostwright needs no `ssh` to connect; what it tells people to do does. */
function toolsFinding({ env }: Machine): Finding {
  const { error, stderr } = run('ssh', ['-V'], env);
  if (error === undefined) {
    return { about: 'ssh', is: 'ok', text: `${stderr.trim().split(',')[0]} is here.` };
  }
  return {
    about: 'ssh',
    is: 'warning',
    text: 'The OpenSSH client is missing. Runs do without it; ssh-keyscan and ssh-keygen are needed to accept host keys.',
    remedy: '`apt-get install openssh-client`, or what your system calls it.',
  };
}

function agentFinding({ env }: Machine): Finding {
  const { SSH_AUTH_SOCK: socket } = env;
  if (socket === undefined || socket === '') {
    return {
      about: 'agent',
      is: 'ok',
      text: 'No SSH agent (SSH_AUTH_SOCK is not set): key files are used.',
    };
  }
  const { status, stdout, error } = run('ssh-add', ['-l'], env);
  if (error !== undefined && existsSync(socket)) {
    return {
      about: 'agent',
      is: 'ok',
      text: `An SSH agent is at ${socket}; its keys were not counted.`,
    };
  }
  if (status === 0) {
    const count = stdout.trim().split('\n').length;
    return {
      about: 'agent',
      is: 'ok',
      text: `The SSH agent holds ${count} ${count === 1 ? 'key' : 'keys'}.`,
    };
  }
  // ssh-add(1): 1 when the agent has no keys, 2 when it cannot be reached.
  if (status === 1) {
    const remedy = '`ssh-add`, where keys have a passphrase; others are read from their files.';
    return { about: 'agent', is: 'warning', text: 'The SSH agent holds no key.', remedy };
  }
  return {
    about: 'agent',
    is: 'problem',
    text: `SSH_AUTH_SOCK names ${socket}, where no SSH agent answers.`,
    remedy: 'Start one with `eval "$(ssh-agent)" && ssh-add`, or unset SSH_AUTH_SOCK.',
  };
}

function run(command: string, args: readonly string[], env: Machine['env']) {
  const options = { env: { ...env }, encoding: 'utf8', timeout: commandMs } as const;
  return spawnSync(command, [...args], options);
}

/** Permission bits of group and others. */
const othersBits = 0o077;
/** Those that let group and others write. */
const othersWriteBits = 0o022;

function keyFindings({ homeFolder, env }: Machine): readonly Finding[] {
  const folder = join(homeFolder, '.ssh');
  const hasAgent = (env.SSH_AUTH_SOCK ?? '') !== '';
  const keys = filesIn(folder).filter((name) => /^id_\w+$/.test(name));
  const open = keys.filter((name) => hasBits(join(folder, name), othersBits));
  const problems = [
    ...(existsSync(folder) && hasBits(folder, othersWriteBits)
      ? [modeProblem('keys', '~/.ssh', 'written to', 'chmod 700 ~/.ssh')]
      : []),
    ...open.map((name) =>
      modeProblem('keys', `~/.ssh/${name}`, 'read', `chmod 600 ~/.ssh/${name}`),
    ),
  ];
  if (problems.length > 0) return problems;
  if (keys.length > 0) {
    return [
      {
        about: 'keys',
        is: 'ok',
        text: `Keys: ${keys.map((name) => `~/.ssh/${name}`).join(', ')}.`,
      },
    ];
  }
  return [
    {
      about: 'keys',
      is: hasAgent ? 'ok' : 'warning',
      text: 'No private key in ~/.ssh.',
      ...(hasAgent ? {} : { remedy: '`ssh-keygen -t ed25519`, then `ssh-copy-id USER@HOST`.' }),
    },
  ];
}

function knownHostsFindings({ homeFolder }: Machine): readonly Finding[] {
  const path = join(homeFolder, '.ssh/known_hosts');
  if (!existsSync(path)) {
    const remedy =
      '`ssh-keyscan HOST >> ~/.ssh/known_hosts`, after comparing the fingerprint with one from a trusted source.';
    const text = 'There is no ~/.ssh/known_hosts: every host is refused until its key is known.';
    return [{ about: 'known_hosts', is: 'warning', text, remedy }];
  }
  if (hasBits(path, othersWriteBits)) {
    return [
      modeProblem(
        'known_hosts',
        '~/.ssh/known_hosts',
        'written to',
        'chmod 600 ~/.ssh/known_hosts',
      ),
    ];
  }
  return [{ about: 'known_hosts', is: 'ok', text: '~/.ssh/known_hosts is there.' }];
}

/** Names of what is a file, or leads to one; none where there is no such folder, or nobody may look. */
function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) =>
      statSync(join(folder, name), { throwIfNoEntry: false })?.isFile(),
    );
  } catch {
    return [];
  }
}

function hasBits(path: string, bits: number): boolean {
  return (statSync(path).mode & bits) !== 0;
}

function modeProblem(
  about: Finding['about'],
  path: string,
  what: 'read' | 'written to',
  command: string,
): Finding {
  return {
    about,
    is: 'problem',
    text: `${path} can be ${what} by others.`,
    remedy: `\`${command}\``,
  };
}
