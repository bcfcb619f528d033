import { HostwrightError } from '../model/errors.ts';
import type { Host } from '../model/host.ts';
import { reveal, type Secret } from '../model/secret.ts';
import { type Launch, plainLaunch, session } from './launch.ts';

/** Written to standard error by the ladder itself, followed by its process id. */
export const ladderMark = 'hostwright-ladder:';

const missingSudo = 'hostwright: no sudo and no su';
const missingMethod = 'hostwright: not installed';
const passwordNeeded = 'hostwright: su needs a password';
/** Stands between the password and the script, for a shell that cannot know whether su took the password. */
const scriptMark = 'hostwright-script';
const sudo = 'sudo -H -u "$u"';
const shell = '/bin/sh -c "$s"';
const sessionText = session.replaceAll('$', '\\$');

/**
 * The ladder to another user, as one constant line. Standard input holds the user, the password (or an empty line) and
 * the script; `read` takes its lines byte by byte, so the rest stays for the script's shell.
 *
 * The password is only ever in a shell variable that is not exported, and in the pipe of a builtin. `set` and `unset`
 * come first because an environment may hold a variable of that name, or SHELLOPTS, and would pass the password on.
 */
const start = [
  'set +a +x',
  'unset u p s',
  `echo ${ladderMark}$$ >&2`,
  'LC_ALL=C',
  'export LC_ALL',
  'IFS= read -r u',
  'IFS= read -r p',
  `s="${sessionText}"`,
  `[ "$(id -un)" = "$u" ]&&exec ${shell}`,
];

/** For a method that the host may lack. */
function needs(program: string): string {
  return `command -v ${program} >/dev/null 2>&1||{ echo ${missingMethod}: ${program} >&2;exit 1; }`;
}

/**
 * Rungs after that: root without sudo; sudo without password; sudo with the password, checked once by `-v` before
 * anything else could be taken for it; and, where sudo keeps no ticket (timestamp_timeout=0), sudo that reads the
 * password itself, which is then known to be right and known to be asked for.
 */
const sudoRungs = [
  `t() { ${sudo} -n -- /bin/sh -c : </dev/null 2>/dev/null; }`,
  `if command -v sudo >/dev/null 2>&1;then :;elif [ "$(id -u)" = 0 ]&&command -v su >/dev/null 2>&1;then exec su -s /bin/sh "$u" -c "$s";else echo ${missingSudo} >&2;exit 1;fi`,
  `[ -n "$p" ]||exec ${sudo} -n -- ${shell}`,
  `t&&exec ${sudo} -n -- ${shell}`,
  `printf "%s\\n" "$p"|sudo -S -p "" -v||exit 1`,
  `if t;then ${sudo} -n -- ${shell};exit;fi`,
  `{ printf "%s\\n" "$p";cat; }|${sudo} -k -S -p "" -- ${shell}`,
];

/**
 * Without a terminal su reads one line of standard input, byte by byte, and may not ask at all. So the shell that it
 * starts drops all lines up to a mark: what su took and what it left comes out the same, and no password gets into the
 * script.
 */
const suRungs = [
  needs('su'),
  '[ "$(id -u)" = 0 ]&&exec su -s /bin/sh "$u" -c "$s"',
  `[ -n "$p" ]||{ echo ${passwordNeeded} >&2;exit 1; }`,
  `s="while IFS= read -r l;do [ \\"\\$l\\" = ${scriptMark} ]&&break;done;${sessionText}"`,
  `{ printf "%s\\n" "$p" ${scriptMark};cat; }|su -s /bin/sh "$u" -c "$s"`,
];

const doasRungs = [needs('doas'), `exec doas -n -u "$u" -- ${shell}`];

const ladders = { sudo: sudoRungs, su: suRungs, doas: doasRungs } as const;

/** The shell for one script: of the user it names, else of the one `become` names, else of the login user. */
export function launchFor(host: Host, becomeUser: string | undefined): Launch {
  const own = host.become === undefined ? undefined : (host.become.user ?? 'root');
  const user = becomeUser ?? own;
  if (user === undefined) return plainLaunch;
  const { method = 'sudo', password } = host.become ?? {};
  if (method === 'su' && user !== own) {
    throw becomeFailed(`The password of su is that of ${own}, and the step wants to be ${user}.`);
  }
  return becomeLaunch(user, method, password);
}

/** A shell of another user, in that user's home directory. */
function becomeLaunch(
  user: string,
  method: keyof typeof ladders,
  password: Secret | undefined,
): Launch {
  const text = password === undefined ? '' : reveal(password);
  if (user === '' || user.startsWith('-') || /[\0\n]/.test(user)) {
    throw becomeFailed('A user name to become is empty, begins with "-" or has two lines.');
  }
  if (/[\0\n]/.test(text)) {
    throw becomeFailed(
      `The become password holds a newline or a NUL byte, which ${method} cannot read.`,
    );
  }
  const command = `exec /bin/sh -c '${[...start, ...ladders[method]].join(';')}'`;
  return { command, prefix: `${user}\n${text}\n`, becomeUser: user };
}

/** The words of sudo, su and doas, in the C locale, and what they mean to the reader. The first that matches counts. */
const diagnoses: readonly { words: RegExp; problem: string; remedy?: string }[] = [
  {
    words: new RegExp(missingSudo),
    problem: 'sudo is not installed.',
    remedy: 'Install sudo, or log in as root and leave become out.',
  },
  {
    words: new RegExp(`${missingMethod}: su`),
    problem: 'su is not installed.',
  },
  {
    words: new RegExp(`${missingMethod}: doas`),
    problem: 'doas is not installed.',
    remedy: 'Install it (opendoas on Debian), or use another become.method.',
  },
  {
    words: new RegExp(passwordNeeded),
    problem: 'su asks for a password, and none is given.',
    remedy: 'Set become.password to the password of the user to become.',
  },
  {
    words: /doas: (Operation not permitted|Auth\w+ (required|failed)|a tty is required)/i,
    problem: 'no doas rule allows it without a password.',
    remedy: 'Put `permit nopass LOGINUSER as USER` into /etc/doas.conf of the host.',
  },
  {
    words: /doas: doas is not enabled/i,
    problem: 'doas has no /etc/doas.conf.',
    remedy: 'Put `permit nopass LOGINUSER as USER` into /etc/doas.conf of the host.',
  },
  {
    words: /must have a tty/,
    problem: 'sudo asks for a terminal (requiretty), and there is none.',
    remedy: 'Put `Defaults:LOGINUSER !requiretty` into the sudoers of the host.',
  },
  {
    words: /unknown user|user .* does not exist|invalid user/i,
    problem: 'the host has no such user.',
    remedy: 'Check the become user in the inventory.',
  },
  {
    words:
      /incorrect (password|authentication)|try again|no password was provided|authentication fail/i,
    problem: 'the become password is wrong.',
    remedy: 'Check become.password. It was tried once, to avoid a lock-out.',
  },
  {
    words:
      /not in the sudoers file|may not run sudo|not allowed to (execute|run)|afraid I can't do that/i,
    problem: 'no sudo rule allows it.',
    remedy:
      'Give the login user a rule such as `LOGINUSER ALL=(ALL) ALL` in the sudoers of the host.',
  },
  {
    words: /password is required|authentication is required/i,
    problem: 'sudo asks for a password, and none is given.',
    remedy: 'Set become.password in the inventory, or give the login user a NOPASSWD rule.',
  },
  {
    words: /account .*(expired|locked)|password .*expired|account validation failure/i,
    problem: 'the account or its password has expired.',
    remedy: 'Renew it with chage(1) on the host.',
  },
];

/** The error for a ladder that ended before the script started, from what sudo printed. */
export function becomeFailure(user: string, words: string): HostwrightError {
  const found = diagnoses.find((row) => row.words.test(words));
  return becomeFailed(`Becoming ${user} failed: ${found?.problem ?? 'no shell was started.'}`, {
    remedy: found?.remedy,
    detail: words.trim() === '' ? undefined : words,
  });
}

function becomeFailed(
  problem: string,
  more: { remedy?: string | undefined; detail?: string | undefined } = {},
): HostwrightError {
  return new HostwrightError('TRANSPORT_BECOME_FAILED', { problem, ...more });
}
