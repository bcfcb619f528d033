import { defineResource, type Secret, type Way } from '@hostwright/core';
import { type Static, Type } from 'typebox';
import { accountName, accountTokens } from './account-name.ts';
import { applyUsers } from './apply-users.ts';
import { type ObservedUser, parseUsers, probeUsers } from './read-users.ts';
import { userDiff } from './user-diff.ts';

/** A hash as crypt(5) describes it, or a lock. Plain text does not match, so that it is not set by mistake. */
const hashPattern = '^([!*]|!?\\$[0-9a-z]+\\$[./0-9A-Za-z$=,-]+)$';

const pathPattern = '^(/[^/:\\u0000-\\u001f\\u007f]+)+$';

const schema = Type.Object(
  {
    name: accountName('Login name; lower case, at most 32 characters.'),
    uid: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 4_294_967_294,
        description: 'Number of the user. Default: kept as it is; the next free one when new.',
      }),
    ),
    group: Type.Optional(
      accountName(
        'Primary group, by name. Default: kept as it is; a group of the same name when new, which is made if it is missing.',
      ),
    ),
    groups: Type.Optional(
      Type.Array(accountName('Name of a group.'), {
        maxItems: 100,
        uniqueItems: true,
        description:
          'Groups that the user is in besides the primary one. The user stays in others. Default: none.',
      }),
    ),
    home: Type.Optional(
      Type.String({
        pattern: pathPattern,
        maxLength: 4095,
        description:
          'Home directory, an absolute path. Changing it moves no files. Default: kept as it is; `/home/NAME` when new, `/nonexistent` for a system user.',
      }),
    ),
    createHome: Type.Optional(
      Type.Boolean({
        description:
          'True makes the home directory where it is missing, from /etc/skel, with mode `0700`. Default: true for a new user, false for a new system user, not managed for one that exists.',
      }),
    ),
    shell: Type.Optional(
      Type.String({
        pattern: pathPattern,
        maxLength: 4095,
        description:
          'Login shell, an absolute path. Default: kept as it is; `/bin/bash` when new, `/usr/sbin/nologin` for a system user.',
      }),
    ),
    comment: Type.Optional(
      Type.String({
        pattern: '^[^:\\u0000-\\u001f\\u007f]*$',
        maxLength: 256,
        description: 'Full name or purpose, on one line without colons. Default: not managed.',
      }),
    ),
    password: Type.Optional(
      Type.Unsafe<string | Secret>(
        Type.String({
          pattern: hashPattern,
          maxLength: 512,
          description:
            'Hash of the password as crypt(5) writes it (`mkpasswd` prints one), or `!` for none that opens; may be `secret()`, and never shows either way. Default: not managed; none that opens when new.',
        }),
      ),
    ),
    system: Type.Optional(
      Type.Boolean({
        description:
          'True gives a new user a number of the range for system users (100 to 999 on Debian). Default: false. Says nothing about a user that exists.',
      }),
    ),
    ensure: Type.Optional(
      Type.Union([Type.Literal('present'), Type.Literal('absent')], {
        description: '`absent` removes the user. Default: `present`.',
      }),
    ),
    removeHome: Type.Optional(
      Type.Boolean({
        description:
          'With `ensure: absent`, true removes the home directory and the mail spool as well. Default: false.',
      }),
    ),
  },
  { additionalProperties: false },
);

export type UserSpec = Readonly<Static<typeof schema>>;

/**
 * A user account of the host.
 *
 * Identity: `name`, once per host; a `uid` can be claimed once as well.
 * Units: none.
 * Cost: one getent and one reading of /etc/group per host to probe, two more processes for each declared password; one or
 * two processes for each user that changes.
 * Errors: PROBE_FAILED where the password is declared and /etc/shadow may not be read; APPLY_FAILED with what useradd,
 * usermod or userdel said, such as a number that is taken, or a user whose processes still run.
 * Source: getent(1), passwd(5), shadow(5), useradd(8), usermod(8). Captured on Debian 12 and 13.
 * @example User({ name: 'vmail', uid: 5000, group: 'vmail', home: '/var/vmail', system: true })
 */
export const User = defineResource({
  kind: 'User',
  schema,
  keys: ['name'],
  secrets: ['password'],
  identity: (spec) => spec.name,
  claims: (spec) => [`user:${spec.name}`, ...(spec.uid === undefined ? [] : [`uid:${spec.uid}`])],
  provides: (spec) => (spec.group === undefined ? [`group:${spec.name}`] : []),
  edges: userEdges,
  check: checkUser,
  driver: {
    via: 'shell',
    exclusive: ['accounts'],
    commands: ['getent', 'useradd', 'chpasswd', 'sha256sum'],
    probe: probeUsers,
    parse: parseUsers,
    apply: applyUsers,
  },
  diff: userDiff,
  threatens: threatsOfUser,
  outputs: (_spec, { uid, gid, home }: ObservedUser) => ({
    /** Number of the user. */
    uid,
    /** Number of its primary group. */
    gid,
    /** Absolute path of its home directory, as passwd(5) has it. */
    home,
  }),
});

/** A shell that ends at once ends every script as well: they are started by the login shell. */
const closedShell = /\/(nologin|false|true)$/;

function threatsOfUser({ spec, way }: { readonly spec: UserKeys; readonly way: Way }) {
  const isLogin = spec.name === way.user;
  if (spec.ensure !== 'absent') {
    const isClosed = isLogin && closedShell.test(spec.shell ?? '');
    return isClosed ? [`It gives ${spec.name}, as whom this run logs in, no shell.`] : [];
  }
  if (isLogin) return ['It removes the user as whom this run logs in.'];
  return spec.name === way.becomeUser ? ['It removes the user that this run becomes.'] : [];
}

type UserKeys = Pick<UserSpec, 'name'> & Partial<UserSpec>;

/** After its groups, its shell, and a package that brings a user of this name. One that is removed leaves its groups first. */
function userEdges({ name, group = name, groups = [], shell, ensure }: UserKeys) {
  if (ensure === 'absent') return { before: [`group:${group}`] };
  const program = shell?.slice(shell.lastIndexOf('/') + 1);
  const after = [group, ...groups].flatMap((one) => accountTokens('group', one));
  const packages = [`package:${name}`, `package-stem:${name}`];
  return {
    after: [...after, ...packages, ...(program === undefined ? [] : [`package:${program}`])],
  };
}

function checkUser(spec: UserKeys): readonly string[] {
  const surplus = Object.entries(spec)
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name)
    .filter((name) => !['name', 'ensure', 'removeHome'].includes(name));
  if (spec.ensure !== 'absent') {
    return spec.removeHome === true ? ['Property removeHome is for ensure: absent only.'] : [];
  }
  return [
    ...surplus.map((name) => `Property ${name} says nothing about a user that is to be absent.`),
    ...(spec.name === 'root' ? ['The user root is not removed.'] : []),
  ];
}
