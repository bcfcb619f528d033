import { type Difference, lines, pipeSecret, reveal, type Sh, sh } from '@hostwright/core';
import { accountFunction } from './account-commands.ts';
import type { ObservedUser } from './read-users.ts';
import type { UserSpec } from './user.ts';
import { missingGroups, newUser, otherGroups } from './user-diff.ts';

type UserDifference = Difference<UserSpec, ObservedUser>;

/** Each user by itself, in the order given: one that fails stops none. */
export function applyUsers(differences: readonly UserDifference[]): Sh {
  return lines([
    accountFunction,
    homeFunction,
    passwordFunction,
    sh`hw_status=0`,
    ...differences.map((difference) => sh`{ ${changeOf(difference)}; } || hw_status=1`),
    sh`exit $hw_status`,
  ]);
}

/** Defines `hw_home NAME`: a home directory as useradd makes it, closed until it is complete. */
const homeFunction = sh`
hw_home() {
  hw_line=$(getent passwd "$1") && hw_home=\${hw_line%:*} && hw_home=\${hw_home##*:} &&
    (umask 022; mkdir -p -- "\${hw_home%/*}/") && mkdir -m 0700 -- "$hw_home" &&
    cp -R -P /etc/skel/. "$hw_home/" && chown -R -h -- "$1:" "$hw_home" && chmod 0700 -- "$hw_home"
}`;

/** Defines `hw_password`, which takes `NAME:HASH` and waits for other programs that edit accounts, as the other commands do. */
const passwordFunction = sh`
hw_chpasswd() { printf '%s\\n' "$hw_hash" | chpasswd -e; }
hw_password() { IFS= read -r hw_hash; hw_account hw_chpasswd; }`;

function changeOf(difference: UserDifference): Sh {
  const { spec, reading, fields } = difference;
  if (spec.ensure === 'absent') {
    return sh`hw_account userdel ${spec.removeHome === true ? ['-r'] : []} ${spec.name}`;
  }
  const account = reading.is === 'absent' ? add(spec) : modify(spec, reading.observed, fields);
  const changes = new Set(fields.map(({ field }) => field));
  const home =
    reading.is === 'present' && changes.has('createHome') ? [sh`hw_home ${spec.name}`] : [];
  const password = changes.has('password') ? [setPassword(spec)] : [];
  return joined([...account, ...home, ...password]);
}

function add(spec: UserSpec): readonly Sh[] {
  const { name, uid, group, comment, system } = spec;
  const groups = otherGroups(spec.groups ?? [], group ?? name);
  const { home, shell, createHome } = newUser(spec);
  const words = [
    ...(system === true ? ['-r'] : []),
    ...(uid === undefined ? [] : ['-u', uid]),
    ...(groups.length === 0 ? [] : ['-G', groups.join(',')]),
    ...(comment === undefined ? [] : ['-c', comment]),
    ...['-d', home, '-s', shell],
    // Debian 12 would take 0755 from its umask, Debian 13 has 0700 in login.defs.
    ...(createHome ? ['-m', '-K', 'HOME_MODE=0700'] : ['-M']),
  ];
  if (group !== undefined) return [sh`hw_account useradd ${words} -g ${group} ${name}`];
  return [
    sh`if getent group ${name} >/dev/null; then hw_account useradd ${words} -g ${name} ${name}
else hw_account useradd ${words} -U ${name}; fi`,
  ];
}

function modify(
  spec: UserSpec,
  observed: ObservedUser,
  fields: UserDifference['fields'],
): readonly Sh[] {
  const options = { uid: '-u', group: '-g', home: '-d', shell: '-s', comment: '-c' } as const;
  const words = fields.flatMap(({ field }) => {
    if (field === 'groups') return ['-a', '-G', missingGroups(spec, observed).join(',')];
    const option = options[field as keyof typeof options];
    const value = spec[field as keyof typeof options];
    return option === undefined || value === undefined ? [] : [option, value];
  });
  return words.length === 0 ? [] : [sh`hw_account usermod ${words} ${spec.name}`];
}

/** The hash goes to chpasswd on its standard input, since arguments show in the list of processes. */
function setPassword({ name, password = '!' }: UserSpec): Sh {
  return pipeSecret(`${name}:${reveal(password)}\n`, sh`hw_password`);
}

function joined(commands: readonly Sh[]): Sh {
  const [first = sh`:`, ...rest] = commands;
  return rest.reduce((all, next) => sh`${all} && ${next}`, first);
}
