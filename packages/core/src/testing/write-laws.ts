import { type ShellCommand, shellCommands } from './shell-commands.ts';

/** Commands that change a host whatever their arguments are. */
const writers = new Set(
  (
    'mktemp tee touch rm rmdir unlink mv cp ln mkdir install chmod chown chgrp truncate dd shred mkfifo mknod sync ' +
    'useradd usermod userdel groupadd groupmod groupdel chpasswd passwd chage gpasswd adduser deluser ' +
    'newaliases postmap postalias kill pkill killall reboot shutdown mount umount chattr setfacl setcap ' +
    'dpkg-reconfigure debconf-set-selections update-rc.d deb-systemd-helper opendkim-genkey ssh-keygen patch ed'
  ).split(' '),
);

/** Commands that read or write, and the words with which they only read. */
const readers: Readonly<Record<string, RegExp>> = {
  'apt-get':
    /^(-s|--simulate|--dry-run|--just-print|--print-uris|--version|changelog|indextargets)$/,
  apt: /^(list|show|search|policy)$/,
  'apt-mark': /^show/,
  dpkg: /^(-l|-L|-s|-S|-p|-C|-V|--list|--status|--listfiles|--search|--print.*|--compare-versions|--audit|--verify|--get-selections)$/,
  systemctl:
    /^(show|is-active|is-enabled|is-failed|is-system-running|status|cat|list-.*|get-default|--version)$/,
  ufw: /^(status|show|version)$/,
  'fail2ban-client': /^(status|get|ping|version|-d|-t|--dp|--test|-V|--version)$/,
  postfix: /^(status|check)$/,
};

/** Options that make a reading command write. */
const writingOptions: Readonly<Record<string, RegExp>> = {
  sed: /^(-[a-zA-Z]*i|--in-place)/,
  postconf: /^(-[a-zA-Z]*[eX#]|-F.*=)/,
  sort: /^(-o|--output)/,
  find: /^-(delete|fprint.*|fls)$/,
  curl: /^(-o|-O|--output)/,
  iptables: /^-[AIDRFXPNZ]/,
};

/**
 * What in a probe writes: a redirection into a file, or a command known to change hosts. It reads the text, so a
 * script inside quotes (`awk '{ print > "x" }'`) and a command it does not know stay unseen; the lab compares hosts.
 */
export function writeProblems(script: string): readonly string[] {
  return shellCommands(script).flatMap((command) => [
    ...command.writes.map((write) => `The probe redirects into a file: ${write}`),
    ...writingCommand(command).map((text) => `The probe runs a command that writes: ${text}`),
  ]);
}

function writingCommand({ words }: ShellCommand): readonly string[] {
  const plain = withoutPrefixes(words);
  const [name = '', ...rest] = plain;
  const base = name.slice(name.lastIndexOf('/') + 1);
  const isWriter =
    writers.has(base) ||
    (readers[base] !== undefined && !rest.some((word) => readers[base]?.test(word))) ||
    (writingOptions[base] !== undefined && rest.some((word) => writingOptions[base]?.test(word)));
  if (isWriter) return [plain.slice(0, 4).join(' ')];
  const inner = rest.findIndex((word) => /^-(exec|execdir|ok|okdir)$/.test(word));
  return base === 'find' && inner >= 0
    ? writingCommand({ words: rest.slice(inner + 1), writes: [] })
    : [];
}

/** The command itself, without assignments and without commands that run another one. */
function withoutPrefixes(words: readonly string[]): readonly string[] {
  const start = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  const rest = start < 0 ? [] : words.slice(start);
  const [first = ''] = rest;
  if (!['command', 'exec', 'env', 'nice', 'builtin', 'xargs'].includes(first)) return rest;
  if (first === 'command' && /^-[vV]$/.test(rest[1] ?? '')) return [];
  const next = rest.findIndex((word, index) => index > 0 && !word.startsWith('-'));
  return next < 0 ? [] : withoutPrefixes(rest.slice(next));
}
