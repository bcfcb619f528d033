import { randomBytes } from 'node:crypto';
import type { WayBack } from '../model/resource-type.ts';
import type { Sh } from '../model/sh.ts';
import { lines, sh } from './sh.ts';
import { findStateFolder } from './state-folder.ts';

/** Names a way back on its host, and one arming of it. Hexadecimal digits, fresh for each. */
export interface Armed {
  readonly id: string;
  readonly turn: string;
}

/** A new arming, of a way back that is there already or of a new one. */
export function newArmed(id = randomBytes(8).toString('hex')): Armed {
  return { id, turn: randomBytes(8).toString('hex') };
}

/** Exit codes of `disarm`: the host has gone back already; nothing was armed. */
export const exitReverted = 3;
export const exitNotArmed = 4;

/** Keeps copies of what is about to change, and how to bring them back, for root or the user of the run only. */
export function stageWayBack(id: string, { paths, restore }: WayBack): Sh {
  const copies = paths.map(
    (path, index) =>
      sh`if [ -e ${path} ] || [ -L ${path} ]; then cp -a -- ${path} "$hw_back/${index}"; fi`,
  );
  const script = lines([
    sh`cd -- "\${0%/*}" || exit 1
mv "armed-$1" fired 2>/dev/null || exit 0
put() {
  if [ -e "$1" ] || [ -L "$1" ]; then cp -a -- "$1" "$2.hostwright-back" && mv -f -- "$2.hostwright-back" "$2"
  else rm -f -- "$2"; fi
}`,
    ...paths.map((path, index) => sh`put ${index} ${path}`),
    sh`(`,
    restore,
    sh`)
: >reverted`,
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

/** From now on the host goes back by itself after so many seconds, whatever becomes of the connection. */
export function armWayBack({ id, turn }: Armed, seconds: number): Sh {
  return lines([
    enterBack(id),
    sh`rm -f "$hw_back/reverted" && : >"$hw_back/armed-${turn}" || exit 1
if [ "$(id -u)" = 0 ] && [ -d /run/systemd/system ] && command -v systemd-run >/dev/null 2>&1; then
  systemd-run --quiet --collect --unit=${unitOf(turn)} /bin/sh -c "sleep ${seconds}; exec /bin/sh '$hw_back/restore' ${turn}" || exit 1
else
  hw_own=; if command -v setsid >/dev/null 2>&1; then hw_own=setsid; fi
  $hw_own /bin/sh -c 'sleep "$1"; exec /bin/sh "$2" "$3"' sh ${seconds} "$hw_back/restore" ${turn} </dev/null >/dev/null 2>&1 &
fi`,
  ]);
}

/** Takes the timer away. Exits 3 when it was quicker, and 4 when there was none. */
export function disarmWayBack({ id, turn }: Armed): Sh {
  return lines([
    enterBack(id),
    sh`[ -e "$hw_back/restore" ] || exit ${exitNotArmed}
mv "$hw_back/armed-${turn}" "$hw_back/safe" 2>/dev/null || { [ -e "$hw_back/fired" ] && exit ${exitReverted}; exit ${exitNotArmed}; }
if [ -d /run/systemd/system ]; then systemctl stop ${`${unitOf(turn)}.service`} 2>/dev/null; fi
exit 0`,
  ]);
}

/** Goes back at once, without waiting for the timer. */
export function goBack({ id, turn }: Armed): Sh {
  return lines([enterBack(id), sh`/bin/sh "$hw_back/restore" ${turn}; [ -e "$hw_back/reverted" ]`]);
}

/** Exits 0 when the host has gone back. */
export function hasGoneBack({ id }: Armed): Sh {
  return lines([enterBack(id), sh`[ -e "$hw_back/reverted" ]`]);
}

export function forgetWaysBack(ids: readonly string[]): Sh {
  return lines([findStateFolder, ...ids.map((id) => sh`rm -rf "$hw_state/back/${id}"`)]);
}

function enterBack(id: string): Sh {
  return lines([findStateFolder, sh`hw_back="$hw_state/back/${id}"`]);
}

function unitOf(turn: string): string {
  return `hostwright-back-${turn}`;
}
