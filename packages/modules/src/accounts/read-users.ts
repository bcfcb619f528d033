import {
  absent,
  HostwrightError,
  lines,
  type ProbeOutput,
  present,
  type Reading,
  type Sh,
  sh,
  unreadable,
} from '@hostwright/core';
import type { UserSpec } from './user.ts';

/** An account on the host. */
export interface ObservedUser {
  readonly uid: number;
  readonly gid: number;
  /** Name of the primary group; its number where it has no name. */
  readonly group: string;
  /** Names of the groups that list the user, sorted. */
  readonly groups: readonly string[];
  readonly home: string;
  /** Whether the home directory is there: the declared one, where it is declared and to be made. */
  readonly hasHome: boolean;
  readonly shell: string;
  readonly comment: string;
  /** SHA-256 of the hash in /etc/shadow; undefined when none is declared. The hash itself stays on the host. */
  readonly passwordDigest: string | undefined;
}

type UserKeys = Pick<UserSpec, 'name'> & Partial<UserSpec>;

/** Source: passwd(5), group(5), shadow(5). Exit code 2 of getent says that a name is not there. */
export function probeUsers(specs: readonly UserKeys[]): Sh {
  const passwords = specs.flatMap((spec, index) => passwordQuestion(spec, index));
  return sh`found=$(getent passwd ${specs.map(({ name }) => name)})
case $? in 0 | 2) ;; *) exit 1 ;; esac
[ -z "$found" ] || printf '%s\\n' "$found" | while IFS= read -r line; do
  home=\${line%:*}; home=\${home##*:}
  if [ -d "$home" ]; then printf 'U+%s\\n' "$line"; else printf 'U-%s\\n' "$line"; fi
done
while IFS= read -r line; do printf 'G%s\\n' "$line"; done </etc/group
${lines([...passwords, ...specs.flatMap((spec, index) => homeQuestion(spec, index))])}
:`;
}

/** `H0` where the home directory that it is to have is missing. It may be another one than passwd(5) names now. */
function homeQuestion({ home, createHome, ensure }: UserKeys, index: number): readonly Sh[] {
  if (home === undefined || createHome !== true || ensure === 'absent') return [];
  return [sh`[ -d ${home} ] || echo ${`H${index}`}`];
}

/** `P0 DIGEST`, or `P0 ?` when it may not be read. The value may still wait for an output, so it is not compared here. */
function passwordQuestion(spec: UserKeys, index: number): readonly Sh[] {
  if (!('password' in spec) || spec.ensure === 'absent') return [];
  return [
    sh`if [ ! -r /etc/shadow ]; then echo ${`P${index}`} '?'
else
  hash=$(getent shadow ${spec.name}); hash=\${hash#*:}; hash=\${hash%%:*}
  echo ${`P${index}`} "$(printf '%s' "$hash" | sha256sum)"
fi`,
  ];
}

/** One reading for each spec. Errors: PROBE_FAILED for a password that may not be read. */
export function parseUsers(
  { stdout }: ProbeOutput,
  specs: readonly UserKeys[],
): readonly Reading<ObservedUser>[] {
  const outputLines = stdout.split('\n');
  const groups = outputLines.filter((line) => line.startsWith('G')).map(groupLine);
  const users = new Map(
    outputLines.filter((line) => /^U[+-]/.test(line)).map((line) => userLine(line, groups)),
  );
  return specs.map(({ name, home, createHome }, index): Reading<ObservedUser> => {
    const digest = outputLines.find((line) => line.startsWith(`P${index} `))?.split(' ')[1];
    if (digest === '?') {
      const problem = 'Its password could not be read: /etc/shadow may not be read by this user.';
      return unreadable(new HostwrightError('PROBE_FAILED', { problem }));
    }
    const user = users.get(name);
    if (user === undefined) return absent;
    const isAsked = home !== undefined && createHome === true;
    const hasHome = isAsked ? !outputLines.includes(`H${index}`) : user.hasHome;
    return present({ ...user, hasHome, passwordDigest: digest });
  });
}

interface GroupLine {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

function groupLine(line: string): GroupLine {
  const [name = '', , gid = '', members = ''] = line.slice(1).split(':');
  return { name, gid: Number(gid), members: members.split(',') };
}

function userLine(
  line: string,
  groups: readonly GroupLine[],
): readonly [string, Omit<ObservedUser, 'passwordDigest'>] {
  const [name = '', , uid, gid, comment = '', home = '', shell = ''] = line.slice(2).split(':');
  const primary = groups.find((group) => group.gid === Number(gid));
  const user = {
    uid: Number(uid),
    gid: Number(gid),
    group: primary?.name ?? String(gid),
    groups: groups
      .filter(({ members }) => members.includes(name))
      .map((group) => group.name)
      .toSorted(),
    home,
    hasHome: line.startsWith('U+'),
    shell,
    comment,
  };
  return [name, user];
}
