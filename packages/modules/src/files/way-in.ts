import type { Way } from '@hostwright/core';

/** What a run comes by, among files. */
interface Precious {
  readonly path: string;
  readonly what: string;
}

/** What removing a file, or a directory with all that is in it, takes from the run: one sentence each. */
export function threatsOfRemoval(path: string, way: Way): readonly string[] {
  const lost = preciousOf(way).filter(
    ({ path: own }) => own === path || own.startsWith(`${path}/`),
  );
  const isSudoRule = path.startsWith('/etc/sudoers.d/') && usesSudo(way);
  const isKeyFile = isKeysOf(path, way.user) && lost.length === 0;
  return [
    ...lost.map(({ what }) => `It removes ${what}.`),
    ...(isSudoRule
      ? [`It may remove the rule by which ${way.user} becomes ${way.becomeUser}.`]
      : []),
    ...(isKeyFile ? [`It removes the keys by which ${way.user} logs in.`] : []),
  ];
}

/** What a new content takes from the run. A content that is not known, or secret, is taken to be fine. */
export function threatsOfContent(path: string, content: unknown, way: Way): readonly string[] {
  if (path === '/etc/nologin' && way.user !== 'root') return ['It keeps everybody but root out.'];
  if (typeof content !== 'string') return [];
  if (isKeysOf(path, way.user)) {
    return hasKey(content) ? [] : [`It leaves no key by which ${way.user} could log in.`];
  }
  const isSshd = /^\/etc\/ssh\/sshd_config(\.d\/[^/]+\.conf)?$/.test(path);
  return isSshd ? threatsOfSshd(content, way) : [];
}

function preciousOf(way: Way): readonly Precious[] {
  const home = way.user === 'root' ? '/root' : `/home/${way.user}`;
  return [
    { path: '/etc/ssh/sshd_config', what: 'the configuration of sshd, by which this run came' },
    { path: `${home}/.ssh/authorized_keys`, what: `the keys by which ${way.user} logs in` },
    ...(usesSudo(way)
      ? [{ path: '/etc/sudoers', what: `the rules by which ${way.user} becomes ${way.becomeUser}` }]
      : []),
  ];
}

function usesSudo({ user, becomeUser }: Way): boolean {
  return becomeUser !== undefined && user !== 'root';
}

/** Wherever the home directory is, it is named after its user as a rule. */
function isKeysOf(path: string, user: string): boolean {
  return path.endsWith(`/${user}/.ssh/authorized_keys`);
}

function hasKey(content: string): boolean {
  return content
    .split('\n')
    .some((line) => !line.startsWith('#') && /(ssh|ecdsa|sk)-\S+ /.test(line));
}

/** Settings of sshd_config(5) outside of Match blocks that keep this run's user out, or close its port. */
function threatsOfSshd(content: string, way: Way): readonly string[] {
  const [general = ''] = content.split(/^\s*Match\s/im);
  const valuesOf = (name: string) =>
    [...general.matchAll(new RegExp(`^\\s*${name}[ \\t=]+(.+)$`, 'gim'))].map(([, value = '']) =>
      value.replace(/\s+#.*$/, '').trim(),
    );
  const ports = valuesOf('Port');
  const allowed = valuesOf('AllowUsers').flatMap((value) => value.split(/\s+/));
  const denied = valuesOf('DenyUsers').flatMap((value) => value.split(/\s+/));
  const isAllowed = allowed.some((name) => name === way.user || /[*?@!]/.test(name));
  return [
    ...(ports.length > 0 && !ports.includes(String(way.port))
      ? [
          `It makes sshd listen on ${ports.join(', ')} in place of port ${way.port}, by which this run came.`,
        ]
      : []),
    ...(way.user === 'root' && valuesOf('PermitRootLogin')[0]?.toLowerCase() === 'no'
      ? ['It forbids root to log in, as this run does.']
      : []),
    ...(valuesOf('PubkeyAuthentication')[0]?.toLowerCase() === 'no'
      ? ['It forbids logging in by key.']
      : []),
    ...(denied.includes(way.user) || (allowed.length > 0 && !isAllowed)
      ? [`It forbids ${way.user} to log in, as this run does.`]
      : []),
  ];
}
