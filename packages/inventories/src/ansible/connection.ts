import { type BecomeSettings, type HostInput, type SshSettings, secret } from '@hostwright/core';
import type { NotCarried } from '../carried.ts';
import { wholeNumber } from '../whole-number.ts';
import type { AnsibleVars } from './draft.ts';
import { sshArguments } from './ssh-arguments.ts';

/** Variables that say how to connect; the first one of a row wins. */
const names = {
  address: ['ansible_host', 'ansible_ssh_host'],
  port: ['ansible_port', 'ansible_ssh_port'],
  user: ['ansible_user', 'ansible_ssh_user'],
  password: ['ansible_password', 'ansible_ssh_password', 'ansible_ssh_pass'],
  key: ['ansible_private_key_file', 'ansible_ssh_private_key_file'],
  passphrase: ['ansible_ssh_private_key_passphrase'],
  connection: ['ansible_connection', 'ansible_transport'],
  become: ['ansible_become', 'ansible_sudo'],
  becomeUser: ['ansible_become_user', 'ansible_sudo_user'],
  becomePassword: ['ansible_become_password', 'ansible_become_pass', 'ansible_sudo_pass'],
  becomeMethod: ['ansible_become_method'],
  timeout: ['ansible_timeout', 'ansible_ssh_timeout'],
  keyCheck: ['ansible_host_key_checking', 'ansible_ssh_host_key_checking'],
} as const;

const argumentNames = ['ansible_ssh_args', 'ansible_ssh_common_args', 'ansible_ssh_extra_args'];

/** What only Ansible's own way of working needs. */
const unneeded =
  /^ansible_(python_interpreter|\w+_interpreter|shell_type|shell_executable|executable|remote_tmp|local_tmp|pipelining|ssh_pipelining|ssh_retries|ssh_executable|scp_if_ssh|ssh_transfer_method|ssh_use_tty|sftp_\w+|scp_\w+|group_priority|become_exe|become_flags|sudo_exe|sudo_flags|async_dir)$/;

/** Whether a variable says how to connect, and is therefore none of the host's variables. */
export function isConnectionName(name: string): boolean {
  return (
    unneeded.test(name) ||
    argumentNames.includes(name) ||
    Object.values(names).some((all) => (all as readonly string[]).includes(name))
  );
}

export interface Connection {
  readonly host: Pick<
    HostInput<string, object>,
    'address' | 'user' | 'connection' | 'ssh' | 'become'
  >;
  readonly notes: readonly NotCarried[];
  /** false: there is no way to the host. */
  readonly isReachable: boolean;
}

/** How to reach a host, by its effective variables. */
export function connectionOf(name: string, vars: AnsibleVars): Connection {
  const notes: NotCarried[] = [];
  const note = (what: string, why: string, isLost = true) =>
    notes.push({ where: name, what, why, isLost });
  const value = (of: keyof typeof names) =>
    names[of].map((variable) => vars[variable]).find((found) => found !== undefined);
  const text = (of: keyof typeof names) => {
    const found = value(of);
    return found === undefined || found === null ? undefined : String(found);
  };
  for (const variable of Object.keys(vars).filter((one) => unneeded.test(one))) {
    note(variable, 'only Ansible needs it', false);
  }
  const way = text('connection') ?? 'ssh';
  const isLocal = way === 'local';
  const isReachable = isLocal || ['ssh', 'smart', 'paramiko', 'paramiko_ssh'].includes(way);
  if (!isReachable) note('the host', `the connection ${way} is neither ssh nor local`);
  if (value('keyCheck') !== undefined && !isTrue(value('keyCheck'))) {
    note('ansible_host_key_checking', 'host keys are always checked; see ssh.hostKeyPolicy');
  }
  const user = text('user');
  const ssh = sshSettings(name, vars, text, notes);
  const become = becomeSettings(value('become'), text, note);
  return {
    host: {
      ...(text('address') === undefined ? {} : { address: text('address') ?? name }),
      ...(user === undefined ? {} : { user }),
      ...(isLocal ? { connection: 'local' } : {}),
      ...(Object.keys(ssh).length === 0 ? {} : { ssh }),
      ...(become === undefined ? {} : { become }),
    },
    notes,
    isReachable,
  };
}

type TextOf = (of: keyof typeof names) => string | undefined;

function sshSettings(
  name: string,
  vars: AnsibleVars,
  text: TextOf,
  notes: NotCarried[],
): SshSettings {
  let settings: SshSettings = {};
  for (const variable of argumentNames) {
    const found = vars[variable];
    if (typeof found !== 'string') continue;
    const { settings: more, notes: moreNotes } = sshArguments(found, name);
    settings = { ...settings, ...more };
    notes.push(...moreNotes);
  }
  const [port, key, password] = [text('port'), text('key'), text('password')];
  const [passphrase, timeout] = [text('passphrase'), text('timeout')];
  return {
    ...settings,
    ...(port === undefined ? {} : { port: wholeNumber(`Host ${name}: ansible_port`, port) }),
    ...(key === undefined ? {} : { identityFiles: [key] }),
    ...(password === undefined ? {} : { password: secret(password) }),
    ...(passphrase === undefined ? {} : { passphrase: secret(passphrase) }),
    ...(timeout === undefined
      ? {}
      : { connectTimeoutMs: wholeNumber(`Host ${name}: ansible_timeout`, timeout) * 1000 }),
  };
}

function becomeSettings(
  become: unknown,
  text: TextOf,
  note: (what: string, why: string) => unknown,
): boolean | BecomeSettings | undefined {
  const [user, password] = [text('becomeUser'), text('becomePassword')];
  const wanted = text('becomeMethod');
  if (become === undefined) {
    if (user !== undefined || password !== undefined || wanted !== undefined) {
      note(
        'ansible_become_method, ansible_become_user, ansible_become_password',
        'the inventory does not switch become on, so the play did: set become in `defaults`',
      );
    }
    return undefined;
  }
  if (!isTrue(become)) return false;
  const method = methods.find((known) => known === wanted);
  if (wanted !== undefined && method === undefined) {
    note('ansible_become_method', `there are ${methods.join(', ')}, and no ${wanted}`);
  }
  const isAsked = method !== 'doas';
  if (password !== undefined && !isAsked) {
    note('ansible_become_password', 'doas reads it from a terminal only: give a nopass rule');
  }
  const settings: BecomeSettings = {
    ...(method === undefined || method === 'sudo' ? {} : { method }),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined || !isAsked ? {} : { password: secret(password) }),
  };
  return Object.keys(settings).length === 0 ? true : settings;
}

const methods = ['sudo', 'su', 'doas'] as const;

/** What Ansible takes for true. */
function isTrue(value: unknown): boolean {
  return /^(1|true|t|yes|y|on)$/i.test(String(value).trim());
}
