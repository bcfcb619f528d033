import { HostwrightError } from '../model/errors.ts';
import type { Facts } from '../model/facts.ts';
import type { Answer, Fragment } from '../shell/frame.ts';
import { sh } from '../shell/sh.ts';

/**
 * Reads the facts with builtins and files wherever one exists, to keep the first round trip short.
 * Source: os-release(5), proc(5).
 */
export const factsFragment: Fragment = {
  commands: [],
  timeoutMs: 15_000,
  text: sh`
say() { printf '%s=%s\n' "$1" "$2"; }
first() { hw_line=; [ -r "$1" ] && IFS= read -r hw_line <"$1"; printf '%s' "$hw_line"; }
ID= VERSION_ID= VERSION_CODENAME=
for f in /etc/os-release /usr/lib/os-release; do [ -r "$f" ] && . "$f" && break; done
say os.id "$ID"; say os.version "$VERSION_ID"; say os.codename "$VERSION_CODENAME"
set -- $(uname -n -r -m); say hostname "\${1%%.*}"; say kernel "$2"; say arch "$3"
# A resolver that does not answer must not hold up the run.
if command -v timeout >/dev/null 2>&1; then hw_wait="timeout 2"; else hw_wait=; fi
say fqdn "$($hw_wait hostname -f 2>/dev/null || uname -n)"
say cpus "$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)"
hw_kib=; if [ -r /proc/meminfo ]; then while read -r k v u; do [ "$k" = MemTotal: ] && hw_kib=$v && break; done </proc/meminfo; fi
say memory.kib "$hw_kib"
say disk.kib "$(df -Pk / 2>/dev/null | { read -r line; read -r d s u a rest; echo "$a"; })"
say addresses "$(ip -o addr show scope global 2>/dev/null | { all=; while read -r n i f a rest; do all="$all \${a%%/*}"; done; echo "$all"; })"
say init "$(first /proc/1/comm)"
say boot "$(first /proc/sys/kernel/random/boot_id)"
say uid "$(id -u)"; say user "$(id -un 2>/dev/null || id -u)"
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
  const values = new Map(
    answer.stdout
      .toString()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  const text = (name: string) => values.get(name) ?? '';
  const mebibytes = (name: string) => Math.floor(Number(text(name) || 0) / 1024);
  return Object.freeze({
    hostname: text('hostname'),
    fqdn: text('fqdn') || text('hostname'),
    os: Object.freeze({
      id: text('os.id'),
      version: text('os.version'),
      codename: text('os.codename'),
    }),
    arch: text('arch'),
    kernel: text('kernel'),
    cpus: Number(text('cpus') || 1),
    memoryMiB: mebibytes('memory.kib'),
    diskFreeMiB: mebibytes('disk.kib'),
    addresses: Object.freeze(
      text('addresses')
        .split(' ')
        .filter((address) => address !== ''),
    ),
    init: text('init'),
    user: text('user'),
    uid: Number(text('uid')),
    bootId: text('boot'),
  });
}
