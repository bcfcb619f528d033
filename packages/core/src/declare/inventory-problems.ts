import { reveal, Secret } from '../model/secret.ts';

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/;
const userForm = { what: 'name of a user', pattern: /^[A-Za-z_][A-Za-z0-9._-]{0,31}\$?$/ };
const addressForm = {
  what: 'host name, IP address or alias',
  pattern: /^[A-Za-z0-9][A-Za-z0-9.:%_-]{0,252}$|^::[A-Fa-f0-9:.]*$/,
};
const reserved = new Set(['all', 'controller']);
const hostProperties = new Set([
  'address',
  'user',
  'connection',
  'groups',
  'ssh',
  'become',
  'vars',
]);
const sshProperties = new Set([
  'config',
  'port',
  'identityFiles',
  'identitiesOnly',
  'passphrase',
  'password',
  'agent',
  'knownHosts',
  'hostKeyPolicy',
  'hostKeyAlias',
  'jump',
  'connectTimeoutMs',
]);

type Loose = Readonly<Record<string, unknown>>;

/** Every problem of an inventory, each a sentence that names the host and the property. */
export function inventoryProblems(input: unknown): readonly string[] {
  if (!isRecord(input) || !isRecord(input.hosts)) return ['An inventory needs { hosts: { … } }.'];
  const problems = unknownProperties(
    'The inventory',
    input,
    new Set(['hosts', 'vars', 'groups', 'defaults']),
  );
  if (input.defaults !== undefined) problems.push(...defaultsProblems(input.defaults));
  const used = new Set<string>();
  for (const [name, host] of Object.entries(input.hosts)) {
    problems.push(...hostProblems(name, host));
    for (const group of groupNames(host)) used.add(group);
  }
  const names = new Set(Object.keys(input.hosts));
  for (const group of used) {
    if (!namePattern.test(group))
      problems.push(`Group name ${JSON.stringify(group)} is not a plain name.`);
    if (names.has(group) || reserved.has(group))
      problems.push(`Group ${group} has the name of a host or a reserved name.`);
  }
  for (const group of Object.keys(isRecord(input.groups) ? input.groups : {})) {
    if (!used.has(group)) problems.push(`Group ${group} has variables, but no host is in it.`);
  }
  return problems;
}

function hostProblems(name: string, host: unknown): string[] {
  const label = `Host ${JSON.stringify(name)}`;
  if (!isRecord(host)) return [`${label} must be an object.`];
  const problems = unknownProperties(label, host, hostProperties);
  if (!namePattern.test(name))
    problems.push(`${label}: a host name has letters, digits, dots, dashes, underscores.`);
  if (reserved.has(name)) problems.push(`${label}: the name is reserved.`);
  problems.push(...textProblem(label, 'address', host.address, addressForm));
  const { connection } = host;
  if (connection !== undefined && connection !== 'ssh' && connection !== 'local') {
    problems.push(
      `${label}: connection must be 'ssh' or 'local', found ${JSON.stringify(connection)}.`,
    );
  }
  return [...problems, ...loginProblems(label, host)];
}

const defaultsProperties = new Set(['user', 'ssh', 'become']);

function defaultsProblems(defaults: unknown): string[] {
  const label = 'Property defaults';
  if (!isRecord(defaults)) return [`${label} must be an object.`];
  return [
    ...unknownProperties(label, defaults, defaultsProperties),
    ...loginProblems(label, defaults),
  ];
}

/** How to get in: of one host, or of all that say nothing else. */
function loginProblems(label: string, { user, ssh, become }: Loose): string[] {
  return [
    ...textProblem(label, 'user', user, userForm),
    ...(ssh === undefined ? [] : sshProblems(label, ssh)),
    ...(become === undefined || typeof become === 'boolean' ? [] : becomeProblems(label, become)),
  ];
}

function becomeProblems(label: string, become: unknown): string[] {
  if (!isRecord(become)) return [`${label}: become must be true, false or an object.`];
  const { method, user, password } = become;
  const problems = unknownProperties(
    `${label} become`,
    become,
    new Set(['method', 'user', 'password']),
  );
  if (method !== undefined && method !== 'sudo' && method !== 'su' && method !== 'doas') {
    problems.push(`${label}: become.method must be 'sudo', 'su' or 'doas'.`);
  }
  if (method === 'doas' && password !== undefined) {
    problems.push(
      `${label}: doas reads a password from a terminal only, and there is none. Give the login user a nopass rule.`,
    );
  }
  problems.push(...textProblem(label, 'become.user', user, userForm));
  problems.push(...secretProblem(label, 'become.password', password));
  return problems;
}

function sshProblems(label: string, ssh: unknown): string[] {
  if (!isRecord(ssh)) return [`${label}: ssh must be an object.`];
  const problems = unknownProperties(`${label} ssh`, ssh, sshProperties);
  const { port, hostKeyPolicy } = ssh;
  if (
    port !== undefined &&
    !(Number.isInteger(port) && Number(port) >= 1 && Number(port) <= 65535)
  ) {
    problems.push(
      `${label}: ssh.port must be a whole number from 1 to 65535, found ${typeof port === 'number' ? port : JSON.stringify(port)}.`,
    );
  }
  if (hostKeyPolicy !== undefined && hostKeyPolicy !== 'strict' && hostKeyPolicy !== 'accept-new') {
    problems.push(`${label}: ssh.hostKeyPolicy must be 'strict' or 'accept-new'.`);
  }
  const { config, identitiesOnly } = ssh;
  if (config !== undefined && config !== null && (typeof config !== 'string' || config === '')) {
    problems.push(`${label}: ssh.config must be the path of a file, or null.`);
  }
  if (identitiesOnly !== undefined && typeof identitiesOnly !== 'boolean') {
    problems.push(`${label}: ssh.identitiesOnly must be true or false.`);
  }
  if (ssh.jump !== undefined) problems.push(...jumpProblems(`${label} ssh.jump`, ssh.jump));
  problems.push(...secretProblem(label, 'ssh.password', ssh.password));
  problems.push(...secretProblem(label, 'ssh.passphrase', ssh.passphrase));
  return problems;
}

function jumpProblems(label: string, jump: unknown): string[] {
  if (!isRecord(jump)) return [`${label} must be an object with an address.`];
  const problems = unknownProperties(label, jump, new Set(['address', 'user', 'ssh']));
  problems.push(...textProblem(label, 'address', jump.address ?? '', addressForm));
  problems.push(...textProblem(label, 'user', jump.user, userForm));
  if (jump.ssh !== undefined) problems.push(...sshProblems(label, jump.ssh));
  return problems;
}

function secretProblem(label: string, property: string, value: unknown): string[] {
  if (value === undefined) return [];
  if (!(value instanceof Secret))
    return [`${label}: ${property} must be a secret(…), so that it never prints.`];
  return /[\r\n\0]/.test(reveal(value))
    ? [`${label}: ${property} has a line break or a NUL byte.`]
    : [];
}

interface Form {
  readonly what: string;
  readonly pattern: RegExp;
}

function textProblem(
  label: string,
  property: string,
  value: unknown,
  { what, pattern }: Form,
): string[] {
  if (value === undefined || (typeof value === 'string' && pattern.test(value))) return [];
  return [`${label}: ${property} ${JSON.stringify(value)} is no ${what}.`];
}

function unknownProperties(label: string, value: Loose, known: ReadonlySet<string>): string[] {
  return Object.keys(value)
    .filter((name) => !known.has(name))
    .map(
      (name) =>
        `${label} has no property ${JSON.stringify(name)}; it has ${[...known].join(', ')}.`,
    );
}

function groupNames(host: unknown): readonly string[] {
  const groups = isRecord(host) ? host.groups : undefined;
  return Array.isArray(groups) ? groups.map(String) : [];
}

function isRecord(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
