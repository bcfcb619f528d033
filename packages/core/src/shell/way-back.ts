import { randomBytes } from 'node:crypto';
import type { WayBack } from '../model/resource-type.ts';
import type { Sh } from '../model/sh.ts';
import { lines, sh } from './sh.ts';
import { findStateFolder } from './state-folder.ts';
import { stepVariable } from './step-end.ts';

/** Names a way back on its host, and one arming of it. Hexadecimal digits, fresh for each. */
export interface Armed {
  readonly id: string;
  readonly turn: string;
}

/** How long a host waits before it goes back, in seconds: for the change itself at most, and then for the proof. */
export interface Patience {
  readonly changeSeconds: number;
  readonly proofSeconds: number;
}

/** Ways back that are on a host. */
export interface WaysBack {
  readonly ids: readonly string[];
  /** Whether the host may go back by itself at any time, or does so now. */
  readonly isPending: boolean;
}

/** A new arming, of a way back that is there already or of a new one. */
export function newArmed(id = randomBytes(8).toString('hex')): Armed {
  return { id, turn: randomBytes(8).toString('hex') };
}

/** Exit codes of `disarm`: the host has gone back already; nothing was armed. */
export const exitReverted = 3;
export const exitNotArmed = 4;

/** Said by a change that is tried again after the host has gone back from it. */
const goneText = 'The host has gone back from this change.';

/** Whether a change was not made because the host had gone back from it already. */
export function isTakenBack(stderr: string | undefined): boolean {
  return stderr?.includes(goneText) === true;
}

/** How long putting back may take, in seconds: a firewall is loaded rule by rule. */
export const settleSeconds = 60;

/** How long the one who waits may take to see that going back is asked for: it looks once a second. */
const askedSeconds = 10;

/** Beside the patience, for putting back and for a busy host, in seconds. Later, whoever should go back is dead. */
const lateSeconds = 120;

/** Keeps copies of what is about to change, and how to bring them back, for root or the user of the run only. */
export function stageWayBack(id: string, { paths, restore }: WayBack): Sh {
  const copies = paths.map(
    (path, index) =>
      sh`if [ -e ${path} ] || [ -L ${path} ]; then cp -a -- ${path} "$hw_back/${index}"; fi`,
  );
  const script = lines([
    timer,
    sh`mv "armed-$1" "fired-$1" 2>/dev/null || exit 0
put() {
  if [ -e "$1" ] || [ -L "$1" ]; then cp -a -- "$1" "$2.hostwright-back" && mv -f -- "$2.hostwright-back" "$2"
  else rm -f -- "$2"; fi
}`,
    ...paths.map((path, index) => sh`put ${index} ${path}`),
    sh`(`,
    restore,
    sh`)
: >"reverted-$1"`,
  ]);
  return lines([
    enterBack(id),
    sh`(umask 077; set -e
mkdir -p "$hw_state/back"
find "$hw_state/back" -mindepth 1 -maxdepth 1 -mtime +1 -exec rm -rf {} +
mkdir "$hw_back"`,
    ...copies,
    sh`printf '%s\n' ${script.script} >"$hw_back/restore"
)
[ $? = 0 ] || exit 1`,
  ]);
}

/**
 * Called with more than the turn, it first waits: while the process that changes is there, and then for the proof; not where going
 * back is asked for.
 */
const timer: Sh = sh`cd -- "\${0%/*}" || exit 1
waits() { [ "$left" -gt 0 ] && [ -e "armed-$1" ] && [ ! -e "asked-$1" ]; }
if [ "$#" -gt 1 ]; then
  left=$3
  while waits "$1" && kill -0 "$2" 2>/dev/null; do sleep 1; left=$((left - 1)); done
  left=$4
  while waits "$1"; do sleep 1; left=$((left - 1)); done
fi`;

/**
 * From now on the host goes back by itself when no proof comes in time after this shell has ended, whatever becomes of
 * the connection. A second time it changes nothing, and fails where the host has gone back.
 */
export function armWayBack({ id, turn }: Armed, patience: Patience): Sh {
  const { changeSeconds, proofSeconds } = patience;
  return lines([
    enterBack(id),
    clock,
    sh`if [ -e "$hw_back/fired-${turn}" ]; then echo ${goneText} >&2; exit 1; fi
if [ -e "$hw_back/restore" ] && [ ! -e "$hw_back/armed-${turn}" ]; then
  echo "$hw_boot $((hw_now + ${changeSeconds + proofSeconds + lateSeconds}))" >"$hw_back/armed-${turn}" || exit 1
  if [ "$(id -u)" = 0 ] && [ -d /run/systemd/system ] && command -v systemd-run >/dev/null 2>&1; then
    systemd-run --quiet --collect --unit=${unitOf(turn)} /bin/sh "$hw_back/restore" ${turn} $$ ${changeSeconds} ${proofSeconds} || exit 1
  else
    hw_own=; if command -v setsid >/dev/null 2>&1; then hw_own=setsid; fi
    ${stepVariable}= $hw_own /bin/sh "$hw_back/restore" ${turn} $$ ${changeSeconds} ${proofSeconds} </dev/null >/dev/null 2>&1 9>&- &
  fi
fi`,
  ]);
}

/** Takes the timer away. Exits 3 when it was quicker and the host has gone back, and 4 when there was none. */
export function disarmWayBack({ id, turn }: Armed): Sh {
  return lines([
    enterBack(id),
    awaitReverted(turn),
    sh`rm "$hw_back/armed-${turn}" 2>/dev/null
hw_code=$?
hw_settled
if [ -e "$hw_back/fired-${turn}" ]; then exit ${exitReverted}; fi
if [ "$hw_code" != 0 ]; then exit ${exitNotArmed}; fi`,
    endTimer(turn),
    sh`exit 0`,
  ]);
}

/** Defines `hw_settled`, which waits while the host is on its way back: a firewall is open before it is as it was. */
function awaitReverted(turn: string): Sh {
  return sh`hw_settled() {
  hw_left=${settleSeconds * 2}
  while [ -e "$hw_back/fired-${turn}" ] && [ ! -e "$hw_back/reverted-${turn}" ] && [ "$hw_left" -gt 0 ]; do
    sleep 0.5; hw_left=$((hw_left - 1))
  done
}`;
}

/**
 * Goes back at once. The one who waited does it, since no connection that breaks and no time limit ends it half-way; only where it is
 * dead is it done here.
 */
export function goBack({ id, turn }: Armed): Sh {
  return lines([
    enterBack(id),
    awaitReverted(turn),
    sh`[ -e "$hw_back/restore" ] || exit ${exitNotArmed}
: >"$hw_back/asked-${turn}"
hw_left=${askedSeconds * 2}
while [ -e "$hw_back/armed-${turn}" ] && [ "$hw_left" -gt 0 ]; do sleep 0.5; hw_left=$((hw_left - 1)); done
/bin/sh "$hw_back/restore" ${turn}
hw_settled
[ -e "$hw_back/reverted-${turn}" ] || exit 1`,
    endTimer(turn),
    sh`exit 0`,
  ]);
}

/** Exits 0 when the host has gone back. */
export function hasGoneBack({ id, turn }: Armed): Sh {
  return lines([enterBack(id), sh`[ -e "$hw_back/reverted-${turn}" ]`]);
}

export function forgetWaysBack(ids: readonly string[]): Sh {
  return lines([findStateFolder, ...ids.map((id) => sh`rm -rf "$hw_state/back/${id}"`)]);
}

/** Says in `hw_pending` whether the host may go back, or is going back: not before a restart, nor when it is too late. */
const judge: Sh = sh`hw_pending=
for hw_file in "$hw_state"/back/*/armed-* "$hw_state"/back/*/fired-*; do
  [ -e "$hw_file" ] && [ ! -e "\${hw_file%/*}/reverted-\${hw_file##*-}" ] || continue
  { read -r hw_armed hw_until <"$hw_file"; } 2>/dev/null || continue
  if [ "$hw_armed" = "$hw_boot" ] && [ "$hw_until" -gt "$hw_now" ]; then hw_pending=1; fi
done`;

/** The id of this start of the host, and seconds that no clock on the wall moves. */
const clock: Sh = sh`{ read -r hw_boot </proc/sys/kernel/random/boot_id; } 2>/dev/null || hw_boot=none
{ read -r hw_now hw_rest </proc/uptime && hw_now=\${hw_now%%.*}; } 2>/dev/null || hw_now=$(date +%s)`;

/** Lists ways back that earlier runs left. Comes after the state folder was found. */
export const listWaysBack: Sh = sh`hw_found=
for hw_file in "$hw_state"/back/*/restore; do
  if [ -e "$hw_file" ]; then hw_found=\${hw_file%/restore}; printf 'back:%s\n' "\${hw_found##*/}"; fi
done
if [ -n "$hw_found" ]; then
${clock}
${judge}
  if [ -n "$hw_pending" ]; then echo back:pending; fi
fi`;

export function parseWaysBack(stdout: string): WaysBack {
  const words = stdout.split('\n').flatMap((line) => /^back:([0-9a-z]+)$/.exec(line)?.[1] ?? []);
  const ids = words.filter((word) => word !== 'pending');
  return { ids, isPending: words.length > ids.length };
}

/** Waits until no way back is pending. Each has an end, so this has one too. */
export const awaitWaysBack: Sh = lines([
  findStateFolder,
  sh`while :; do`,
  clock,
  judge,
  sh`[ -n "$hw_pending" ] || exit 0
sleep 0.5
done`,
]);

function enterBack(id: string): Sh {
  return lines([findStateFolder, sh`hw_back="$hw_state/back/${id}"`]);
}

/** A timer that is no unit sees by itself within a second that nothing is armed. */
function endTimer(turn: string): Sh {
  return sh`if [ -d /run/systemd/system ]; then systemctl stop ${`${unitOf(turn)}.service`} 2>/dev/null; fi`;
}

function unitOf(turn: string): string {
  return `hostwright-back-${turn}`;
}
