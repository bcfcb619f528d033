import type { Sh } from '../model/sh.ts';
import { lines, sh } from './sh.ts';
import { findStateFolder } from './state-folder.ts';

/** A step that runs on by itself on the host, whatever becomes of the connection. */
export interface Work {
  /** Hexadecimal digits, fresh for each. */
  readonly id: string;
  /** Kind of the resources, for whoever finds it on the host. */
  readonly what: string;
  /** Limit, in seconds. */
  readonly seconds: number;
}

/** Tenths of a second for a work to begin. */
const startTenths = 300;

/** Tenths of a second that a run which follows a work has for fetching the result. */
const fetchTenths = 600;

/** Printed on standard error in place of a result when nothing is left of a work. */
const goneText = 'hostwright: nothing is left of this step';

/**
 * Leads a work: says which process it is, so that nobody takes another one for it, and in the end how it ended. It
 * comes on standard input with the text in it, and stands in no file and no argument.
 */
function leader(text: Sh, seconds: number): Sh {
  const input = `LC_ALL=C; export LC_ALL; { :; ${text.script}\n} </dev/null`;
  return sh`{ d=$HOSTWRIGHT_WORK; unset HOSTWRIGHT_WORK
IFS= read -r line <"/proc/$$/stat"
read -r boot </proc/sys/kernel/random/boot_id
set -- \${line##*) }
printf '%s %s %s\n' "$$" "\${20}" "$boot" >"$d/pid.new" && mv "$d/pid.new" "$d/pid"
if command -v timeout >/dev/null 2>&1; then printf '%s\n' ${input} | timeout -k 5 ${seconds} /bin/sh
else printf '%s\n' ${input} | /bin/sh; fi
printf '%s\n' "$?" >"$d/end.new" && mv "$d/end.new" "$d/end"
exit; } </dev/null`;
}

/**
 * Starts a work in a session of its own, for root in a scope of systemd too, and follows it to its end. It outlives the
 * connection, as a daemon does, and the login, also where systemd ends what a login leaves behind. A scope and no service:
 * it keeps user, umask, environment, open files and with them the lock of the run.
 * The shell reads all of the text before it runs a line of it, so that half a text never runs.
 */
export function startWork(text: Sh, { id, what, seconds }: Work): Sh {
  return lines([
    enterFolder(id),
    sh`(umask 077; mkdir -p "$hw_state/works" && mkdir "$hw_work" && : >"$hw_work/out" && : >"$hw_work/err" && printf '%s\n' ${what} >"$hw_work/what") || exit 1
hw_text=${leader(text, seconds).script}
hw_own=; if command -v setsid >/dev/null 2>&1; then hw_own=setsid; fi
printf '%s\n' "$hw_text" | {
  HOSTWRIGHT_WORK=$hw_work; export HOSTWRIGHT_WORK
  if [ "$(id -u)" = 0 ] && [ -d /run/systemd/system ] && command -v systemd-run >/dev/null 2>&1; then
    systemd-run --scope --quiet --collect --unit=${`hostwright-work-${id}`} -- $hw_own /bin/sh
  fi
  [ -e "$hw_work/pid" ] || exec $hw_own /bin/sh
} >"$hw_work/out" 2>"$hw_work/err" &
hw_job=$!
hw_text=`,
    follow,
  ]);
}

/** Follows a work from its first line of output, in place of whoever does so now. */
export function followWork(id: string): Sh {
  return lines([
    enterFolder(id),
    sh`hw_job=
[ -d "$hw_work" ] || { echo ${goneText} >&2; exit 1; }`,
    follow,
  ]);
}

/**
 * Waits until a work of another run has ended, and clears it away. Where that run still follows it, the result is left
 * to it.
 */
export function awaitWork(id: string): Sh {
  return lines([
    enterFolder(id),
    sh`hw_job= hw_waited=0 hw_left=${fetchTenths}`,
    lives,
    sh`hw_is_followed() { { read -r hw_first <"$hw_work/follower"; } 2>/dev/null && kill -0 "$hw_first" 2>/dev/null; }
while [ -d "$hw_work" ]; do
  if [ -e "$hw_work/end" ] || ! hw_lives; then
    hw_left=$((hw_left - 1))
    if [ "$hw_left" = 0 ] || ! hw_is_followed; then rm -rf "$hw_work"; fi
  fi
  sleep 0.1
done`,
  ]);
}

/** Whether what was followed is not there: it has ended, and someone else took the result. */
export function isGone(stderr: Buffer): boolean {
  return stderr.includes(goneText);
}

/** Lists works of earlier runs, ended or not. */
export const listWorks: Sh = sh`for f in "$hw_state"/works/*/what; do if [ -e "$f" ]; then f=\${f%/what}; printf 'work:%s\n' "\${f##*/}"; fi; done`;

export function parseWorks(stdout: string): readonly string[] {
  return stdout.split('\n').flatMap((line) => /^work:([0-9a-f]+)$/.exec(line)?.[1] ?? []);
}

function enterFolder(id: string): Sh {
  return lines([findStateFolder, sh`hw_work="$hw_state/works/${id}"`]);
}

/** Whether a work is at work, or about to begin. */
const lives: Sh = sh`hw_lives() {
  if [ ! -e "$hw_work/pid" ]; then
    hw_waited=$((hw_waited + 1))
    if [ -n "$hw_job" ] && ! kill -0 "$hw_job" 2>/dev/null && [ ! -e "$hw_work/pid" ]; then return 1; fi
    [ "$hw_waited" -lt ${startTenths} ]; return
  fi
  read -r hw_pid hw_start hw_boot <"$hw_work/pid"
  read -r hw_now </proc/sys/kernel/random/boot_id
  [ "$hw_boot" = "$hw_now" ] || return 1
  { IFS= read -r hw_line <"/proc/$hw_pid/stat"; } 2>/dev/null || return 1
  set -- \${hw_line##*) }
  [ "$1" != Z ] && [ "\${20}" = "$hw_start" ]
}`;

/** Prints what the work prints, as it does, and ends with its exit code. Whoever comes later takes over. */
const follow: Sh = lines([
  sh`echo "$$" >"$hw_work/follower"`,
  lives,
  sh`hw_at=0 hw_waited=0 hw_over=
while :; do
  if [ -e "$hw_work/end" ]; then hw_over=ended
  elif ! hw_lives && [ ! -e "$hw_work/end" ]; then hw_over=broken; fi
  read -r hw_first <"$hw_work/follower" && [ "$hw_first" = "$$" ] || exit 1
  hw_size=$(($(wc -c <"$hw_work/out")))
  if [ "$hw_size" -gt "$hw_at" ]; then
    tail -c "+$((hw_at + 1))" "$hw_work/out" | head -c "$((hw_size - hw_at))"
    hw_at=$hw_size
  fi
  [ -z "$hw_over" ] || break
  sleep 0.1
done
cat "$hw_work/err" >&2
hw_code=1
if [ "$hw_over" = ended ]; then read -r hw_code <"$hw_work/end"; else echo 'The step was ended before it reported a result.' >&2; fi
rm -rf "$hw_work"
exit "$hw_code"`,
]);
