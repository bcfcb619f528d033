import type { Sh } from '../model/sh.ts';
import { lines, sh } from './sh.ts';
import { findStateFolder } from './state-folder.ts';

/**
 * One run at a time on a host. Three files in the state folder:
 *
 * - `run` says who holds the host: token, boot id, time, owner, process, machine, command, one a line.
 * - `run.TOKEN` is locked, shared, by everything that a changing script of that run has started: as long as any of it
 *   lives, also when the run is dead, the host is held. It holds the host's uptime of the last sign of life.
 * - `lock` guards the moment in which the two are read and written. Nothing that lives longer inherits it.
 *
 * A holder is passed over when the host was started since, or when it is idle and silent; see `silentS`.
 * Where flock(1) is missing, the record alone has to do.
 */

/** A holder without a sign of life for so many seconds, and without a process on the host, is gone. */
const silentS = 60;

/** Exit code of a script that was refused: "try again later" of sysexits.h. */
const refusedCode = 75;

const refusedMark = 'hostwright-locked';

/** Who takes a lock. All of it is shown to whoever is refused. */
export interface LockOwner {
  /** Random, of hexadecimal digits; one for each run. */
  readonly token: string;
  /** `USER@MACHINE` */
  readonly name: string;
  readonly pid: number;
  /** Tells the machine and its start apart from others. */
  readonly machine: string;
  readonly command: string;
}

/** What is known of a run that holds a host. */
export interface LockHolder extends LockOwner {
  /** Seconds since it took the lock. */
  readonly ageS: number;
  /** `busy`: something that it started runs on the host; `lost`: it took the lock from this run. */
  readonly state: 'idle' | 'busy' | 'lost';
}

export interface TakeLock {
  readonly owner: LockOwner;
  /** Seconds to wait for another run. */
  readonly waitS: number;
  /** This run holds the lock already: when it does not any more, another run was here. */
  readonly isAgain: boolean;
  /** Token of a run that is known to be dead. */
  readonly dead: string | undefined;
}

/** Goes before what changes something, in the same shell: its children inherit the lock as file 9. */
export function takeLock({ owner, waitS, isAgain, dead = '' }: TakeLock): Sh {
  const { token, name, pid, machine, command } = owner;
  const own = [name, String(pid), machine, command].map((text) => oneLine(text));
  return lines([
    prologue(token),
    sh`hw_again=${isAgain ? 'yes' : ''} hw_dead=${dead} hw_left=${waitS}`,
    judge,
    sh`hw_write() {
  printf '%s\n' "$hw_token" "$hw_boot" "$(date +%s)" ${own} >"$hw_state/run.new" && mv -f "$hw_state/run.new" "$hw_state/run"
}`,
    take,
  ]);
}

/** Says whether there is a record of a run, dead or alive. Comes after the state folder was found. */
export const listLock: Sh = sh`if [ -e "$hw_state/run" ]; then echo lock:held; fi`;

export function parseLock(stdout: string): boolean {
  return /^lock:held$/m.test(stdout);
}

/** A sign of life. */
export function keepLock(token: string): Sh {
  return lines([
    prologue(token),
    sh`{ IFS= read -r hw_held <"$hw_state/run"; } 2>/dev/null || hw_held=`,
    sh`if [ "$hw_held" = "$hw_token" ] && [ -e "$hw_state/run.$hw_token" ]; then hw_clock; echo "$hw_now" >"$hw_state/run.$hw_token"; fi`,
  ]);
}

export function releaseLock(token: string): Sh {
  return lines([
    prologue(token),
    sh`[ -e "$hw_state/run.$hw_token" ] || exit 0`,
    sh`hw_enter`,
    sh`{ IFS= read -r hw_held <"$hw_state/run"; } 2>/dev/null || hw_held=`,
    sh`if [ "$hw_held" = "$hw_token" ]; then rm -f "$hw_state/run"; fi`,
    sh`rm -f "$hw_state/run.$hw_token"`,
    sh`hw_leave`,
  ]);
}

function prologue(token: string): Sh {
  return lines([findStateFolder, sh`hw_token=${token}`, guard]);
}

const guard = sh`
hw_clock() { { read -r hw_now hw_rest </proc/uptime && hw_now=\${hw_now%%.*}; } 2>/dev/null || hw_now=$(date +%s); }
if command -v flock >/dev/null 2>&1; then hw_flock=yes; else hw_flock=; fi
hw_enter() {
  if [ -n "$hw_flock" ]; then (umask 077; : >>"$hw_state/lock"); exec 8>>"$hw_state/lock"; flock -x 8; return; fi
  hw_tries=0
  until mkdir "$hw_state/lock.d" 2>/dev/null; do
    hw_tries=$((hw_tries + 1)); [ "$hw_tries" -lt 10 ] || break; sleep 1
  done
}
hw_leave() { if [ -n "$hw_flock" ]; then exec 8>&-; else rmdir "$hw_state/lock.d" 2>/dev/null; fi; }`;

/** Sets `hw_state_of` to `free`, `idle`, `busy` or `lost`. */
const judge = sh`
hw_judge() {
  hw_held= hw_held_boot= hw_since= hw_name= hw_pid= hw_machine= hw_command=
  { IFS= read -r hw_held; IFS= read -r hw_held_boot; IFS= read -r hw_since; IFS= read -r hw_name
    IFS= read -r hw_pid; IFS= read -r hw_machine; IFS= read -r hw_command; } 2>/dev/null <"$hw_state/run"
  case $hw_held in *[!0-9a-f]*) hw_held= ;; esac
  hw_state_of=free
  [ "$hw_held" != "$hw_token" ] || return 0
  if [ -n "$hw_again" ]; then hw_state_of=lost; return 0; fi
  { [ -n "$hw_held" ] && [ "$hw_held_boot" = "$hw_boot" ]; } || return 0
  hw_file=$hw_state/run.$hw_held
  if [ -n "$hw_flock" ] && [ -e "$hw_file" ] && ! flock -n -x 7 7<"$hw_file"; then hw_state_of=busy; return 0; fi
  [ "$hw_held" != "$hw_dead" ] || return 0
  { read -r hw_beat <"$hw_file"; } 2>/dev/null || hw_beat=0
  hw_clock
  [ "$((hw_now - hw_beat))" -ge ${silentS} ] || hw_state_of=idle
}`;

const take = sh`
{ IFS= read -r hw_boot </proc/sys/kernel/random/boot_id; } 2>/dev/null || hw_boot=none
mkdir -p "$hw_state" && chmod 0755 "$hw_state" || exit 1
while :; do
  hw_enter
  hw_judge
  [ "$hw_state_of" != free ] || break
  hw_leave
  if [ "$hw_left" -le 0 ] || [ "$hw_state_of" = lost ]; then
    hw_age=$(($(date +%s) - \${hw_since:-0}))
    printf '%s\n' "${refusedMark} $hw_token" "$hw_state_of" "$hw_age" "$hw_held" "$hw_name" "$hw_pid" "$hw_machine" "$hw_command" >&2
    exit ${refusedCode}
  fi
  hw_left=$((hw_left - 1))
  sleep 1
done
if [ "$hw_held" != "$hw_token" ] || [ "$hw_held_boot" != "$hw_boot" ]; then
  [ -z "$hw_held" ] || rm -f "$hw_state/run.$hw_held"
  (umask 077; hw_write) || exit 1
fi
hw_clock
(umask 077; echo "$hw_now" >"$hw_state/run.$hw_token") || exit 1
exec 9<"$hw_state/run.$hw_token"
[ -z "$hw_flock" ] || flock -s 9
hw_leave`;

/** Control characters would end the line, or command a terminal. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ').slice(0, 500);
}

/** Who holds the host, where a script was refused; undefined where it was not. */
export function lockHolder(
  exitCode: number,
  stderr: string,
  token: string,
): LockHolder | undefined {
  const start = stderr.indexOf(`${refusedMark} ${token}\n`);
  if (exitCode !== refusedCode || start < 0) return undefined;
  const [, state, age, held = '', name = '', pid, machine = '', command = ''] = stderr
    .slice(start)
    .split('\n');
  const known = state === 'busy' || state === 'lost' ? state : 'idle';
  return { state: known, ageS: Number(age), token: held, name, pid: Number(pid), machine, command };
}
