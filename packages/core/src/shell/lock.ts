import type { Sh } from '../model/sh.ts';
import { lines, sh } from './sh.ts';
import { findStateFolder } from './state-folder.ts';

/**
 * One run at a time on a host. Three files in the state folder:
 *
 * - `run` says who holds the host: token, boot id, time, owner, process, machine, command, and by which name that run knows
 *   the host, one a line. A second name of the same machine is refused by it.
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

/** Exit code where the lock could not be written: "cannot create a file" of sysexits.h. */
const unwritableCode = 73;

const unwritableMark = 'hostwright-lock-unwritable';

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
  /** The name by which it knows the host. */
  readonly place: string;
  /**
   * `busy`: something that it started runs on the host; `lost`: it took the lock from this run; `twice`: it is this run, which
   * knows the host by another name.
   */
  readonly state: 'idle' | 'busy' | 'lost' | 'twice';
}

export interface TakeLock {
  readonly owner: LockOwner;
  /** Name of the host in the inventory of the run. */
  readonly place: string;
  /** Seconds to wait for another run. */
  readonly waitS: number;
  /** This run holds the lock already: when it does not any more, another run was here. */
  readonly isAgain: boolean;
  /** Token of a run that is known to be dead. */
  readonly dead: string | undefined;
}

/** Goes before what changes something, in the same shell: its children inherit the lock as file 9. */
export function takeLock({ owner, place, waitS, isAgain, dead = '' }: TakeLock): Sh {
  const { token, name, pid, machine, command } = owner;
  const own = [name, String(pid), machine, command, place].map((text) => oneLine(text));
  return lines([
    prologue(token),
    sh`hw_own_place=${place} hw_again=${isAgain ? 'yes' : ''} hw_dead=${dead} hw_wait=${waitS}`,
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

/** Lets go of what was taken by this name of the host. */
export function releaseLock(token: string, place: string): Sh {
  return lines([
    prologue(token),
    sh`hw_own_place=${place}`,
    sh`[ -e "$hw_state/run.$hw_token" ] || exit 0`,
    sh`hw_enter`,
    readHolder,
    sh`if [ "$hw_held" != "$hw_token" ] || [ "$hw_place" = "$hw_own_place" ]; then`,
    sh`if [ "$hw_held" = "$hw_token" ]; then rm -f "$hw_state/run"; fi`,
    sh`rm -f "$hw_state/run.$hw_token"`,
    sh`fi`,
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

const readHolder = sh`hw_held= hw_held_boot= hw_since= hw_name= hw_pid= hw_machine= hw_command= hw_place=
{ IFS= read -r hw_held; IFS= read -r hw_held_boot; IFS= read -r hw_since; IFS= read -r hw_name
  IFS= read -r hw_pid; IFS= read -r hw_machine; IFS= read -r hw_command; IFS= read -r hw_place; } 2>/dev/null <"$hw_state/run"
case $hw_held in *[!0-9a-f]*) hw_held= ;; esac`;

/** Sets `hw_state_of` to `free`, `idle`, `busy`, `lost` or `twice`. */
const judge = sh`
hw_judge() {
  ${readHolder}
  hw_state_of=free
  if [ "$hw_held" = "$hw_token" ]; then [ "$hw_place" = "$hw_own_place" ] || hw_state_of=twice; return 0; fi
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
hw_unwritable() { printf '%s\n' "${unwritableMark} $hw_token" >&2; exit ${unwritableCode}; }
mkdir -p "$hw_state" && chmod 0755 "$hw_state" || hw_unwritable
hw_clock
hw_until=$((hw_now + hw_wait))
while :; do
  hw_enter
  hw_judge
  [ "$hw_state_of" != free ] || break
  hw_leave
  hw_clock
  case $hw_state_of in lost | twice) hw_until=0 ;; esac
  if [ "$hw_now" -ge "$hw_until" ]; then
    hw_age=$(($(date +%s) - \${hw_since:-0}))
    printf '%s\n' "${refusedMark} $hw_token" "$hw_state_of" "$hw_age" "$hw_held" "$hw_name" "$hw_pid" "$hw_machine" "$hw_command" "$hw_place" >&2
    exit ${refusedCode}
  fi
  sleep 1
done
if [ "$hw_held" != "$hw_token" ] || [ "$hw_held_boot" != "$hw_boot" ]; then
  [ -z "$hw_held" ] || rm -f "$hw_state/run.$hw_held"
  (umask 077; hw_write) || { hw_leave; hw_unwritable; }
fi
hw_clock
(umask 077; echo "$hw_now" >"$hw_state/run.$hw_token") || { hw_leave; hw_unwritable; }
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
  const [, word, age, held = '', name = '', pid, machine = '', command = '', place = ''] = stderr
    .slice(start)
    .split('\n');
  const state = word === 'busy' || word === 'lost' || word === 'twice' ? word : 'idle';
  return { state, ageS: Number(age), token: held, name, pid: Number(pid), machine, command, place };
}

/** Whether a script ended because the lock could not be written. Nothing was changed then. */
export function isUnwritable(exitCode: number, stderr: string, token: string): boolean {
  return exitCode === unwritableCode && stderr.includes(`${unwritableMark} ${token}\n`);
}
