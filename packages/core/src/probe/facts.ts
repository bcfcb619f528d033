import { HostwrightError } from '../model/errors.ts';
import type { Facts } from '../model/facts.ts';
import type { Answer, Fragment } from '../shell/frame.ts';
import { sh } from '../shell/sh.ts';

/**
 * Reads the facts with builtins and files wherever one exists, because processes are what takes time in the first round
 * trip. What commands print stands below a line `@NAME` as it is. Source: os-release(5), proc(5).
 */
export const factsFragment: Fragment = {
  commands: [],
  timeoutMs: 15_000,
  text: sh`
say() { printf '%s=%s\n' "$1" "$2"; }
take() { hw_line=; if [ -r "$1" ]; then IFS= read -r hw_line <"$1"; fi; }
ID= VERSION_ID= VERSION_CODENAME=
for f in /etc/os-release /usr/lib/os-release; do [ -r "$f" ] && . "$f" && break; done
say os.id "$ID"; say os.version "$VERSION_ID"; say os.codename "$VERSION_CODENAME"
take /proc/sys/kernel/hostname; say hostname "\${hw_line:-$(uname -n)}"
take /proc/sys/kernel/osrelease; say kernel "\${hw_line:-$(uname -r)}"
take /proc/sys/kernel/arch; say arch "\${hw_line:-$(uname -m)}"
take /sys/devices/system/cpu/online; say cpus.online "\${hw_line:-0-$(($(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1) - 1))}"
take /proc/1/comm; say init "$hw_line"
take /proc/sys/kernel/random/boot_id; say boot "$hw_line"
hw_kib=; if [ -r /proc/meminfo ]; then while read -r k v u; do [ "$k" = MemTotal: ] && hw_kib=$v && break; done </proc/meminfo; fi
say memory.kib "$hw_kib"
hw_uid=; if [ -r /proc/self/status ]; then while read -r k v rest; do [ "$k" = Uid: ] && hw_uid=$v && break; done </proc/self/status; fi
# sudo takes SSH_CONNECTION out of the environment; the process above still has it.
hw_ssh=$SSH_CONNECTION hw_pid=$PPID
while [ -z "$hw_ssh" ] && [ -n "$SUDO_UID" ] && [ "\${hw_pid:-1}" -gt 1 ] && [ -r "/proc/$hw_pid/environ" ]; do
  hw_ssh=$(tr '\\0' '\\n' <"/proc/$hw_pid/environ" 2>/dev/null | sed -n 's/^SSH_CONNECTION=//p')
  while read -r k v; do [ "$k" = PPid: ] && hw_pid=$v && break; done <"/proc/$hw_pid/status"
done
say ssh "$hw_ssh"
# What hostname -f would find first: the name that /etc/hosts gives before all others of its line.
take /proc/sys/kernel/hostname; hw_name=$hw_line; hw_fqdn=
if [ -n "$hw_name" ] && [ -r /etc/hosts ]; then
  while read -r hw_address hw_first hw_more; do
    case $hw_address in '' | '#'*) continue ;; esac
    for hw_word in $hw_first \${hw_more%%#*}; do [ "$hw_word" != "$hw_name" ] || hw_fqdn=$hw_first; done
    [ -z "$hw_fqdn" ] || break
  done </etc/hosts
fi
if [ -n "$hw_fqdn" ]; then say fqdn "$hw_fqdn"
else
  # A resolver that does not answer must not hold up the run.
  if command -v timeout >/dev/null 2>&1; then hw_wait="timeout 2"; else hw_wait=; fi
  echo @fqdn; $hw_wait hostname -f 2>/dev/null
fi
echo @disk; df -Pk / 2>/dev/null
echo @addresses; ip -o addr show scope global 2>/dev/null
if [ "$hw_uid" != 0 ]; then echo @id; id; fi
`,
};

/** Errors: FACTS_UNREADABLE when the fragment did not come through. */
export function parseFacts(answer: Answer | undefined, host: string): Facts {
  if (answer?.is !== 'ran' || answer.exitCode !== 0) {
    const detail =
      answer?.is === 'ran' ? answer.stderr.toString() : `The answer is ${answer?.is ?? 'empty'}.`;
    throw new HostwrightError('FACTS_UNREADABLE', {
      problem: 'The facts could not be read.',
      host,
      detail,
    });
  }
  const { values, sections } = parseSections(answer.stdout.toString());
  const text = (name: string) => values.get(name) ?? '';
  const section = (name: string) => sections.get(name) ?? [];
  const hostname = text('hostname').split('.')[0] ?? '';
  const root = 'uid=0(root)';
  const [, uid = '', user = uid] =
    /^uid=(\d+)(?:\(([^)]+)\))?/.exec(section('id')[0] ?? root) ?? [];
  return Object.freeze({
    hostname,
    fqdn: text('fqdn') || (section('fqdn')[0] ?? text('hostname')),
    os: Object.freeze({
      id: text('os.id'),
      version: text('os.version'),
      codename: text('os.codename'),
    }),
    arch: text('arch'),
    kernel: text('kernel'),
    cpus: countCpus(text('cpus.online')),
    memoryMiB: mebibytes(text('memory.kib')),
    diskFreeMiB: mebibytes(section('disk')[1]?.split(/\s+/)[3] ?? ''),
    addresses: Object.freeze(
      section('addresses')
        .map((line) => line.split(/\s+/)[3] ?? '')
        .map(withoutPrefix),
    ),
    init: text('init'),
    user,
    uid: Number(uid),
    bootId: text('boot'),
    ...connectionOf(text('ssh')),
  });
}

interface Sections {
  readonly values: ReadonlyMap<string, string>;
  readonly sections: ReadonlyMap<string, readonly string[]>;
}

/** `name=value` lines, then the lines below each `@name`. */
function parseSections(stdout: string): Sections {
  const [head = '', ...rest] = `\n${stdout}`.split(/\n@/);
  const values = head.split('\n').map((line): [string, string] => {
    const at = line.indexOf('=');
    return [line.slice(0, at), line.slice(at + 1)];
  });
  const sections = rest.map((part): [string, string[]] => {
    const [name = '', ...lines] = part.split('\n');
    return [name, lines.filter((line) => line !== '')];
  });
  return { values: new Map(values), sections: new Map(sections) };
}

/** `0-3,6` is five. Source: cpuset(7), list format. */
function countCpus(list: string): number {
  const counts = list.split(',').map((range) => {
    const [first = Number.NaN, last = first] = range.split('-').map(Number);
    return last - first + 1;
  });
  const sum = counts.reduce((total, count) => total + count, 0);
  return Number.isInteger(sum) && sum > 0 ? sum : 1;
}

function mebibytes(kibibytes: string): number {
  const found = Math.floor(Number(kibibytes) / 1024);
  return Number.isFinite(found) ? found : 0;
}

function withoutPrefix(address: string): string {
  return address.split('/')[0] ?? '';
}

/** `CLIENT PORT SERVER PORT` of SSH_CONNECTION. */
function connectionOf(text: string): Pick<Facts, 'ssh'> {
  const [client = '', , , port] = text.split(' ');
  return port === undefined ? {} : { ssh: Object.freeze({ client, port: Number(port) }) };
}
