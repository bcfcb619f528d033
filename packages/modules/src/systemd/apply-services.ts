import { type Difference, lines, type Sh, sh } from '@hostwright/core';
import { restartMarks } from './restart-mark.ts';
import type { ServiceSpec } from './service.ts';
import { unitName } from './unit-name.ts';
import type { UnitState } from './unit-state.ts';

type ServiceDifference = Difference<ServiceSpec, UnitState>;

/** One command each to unmask, enable, disable, stop, mask and start all units that differ in it, in this order. */
export function applyServices(differences: readonly ServiceDifference[]): Sh {
  const unitsWhere = (field: string, to: unknown) =>
    differences
      .filter(({ fields }) => fields.some((one) => one.field === field && one.to === to))
      .map(unitOf);
  return lines([
    functions,
    ...command('unmask', unitsWhere('masked', false)),
    sh`hw_reload_definitions ${differences.map(unitOf)}`,
    ...command('enable', unitsWhere('enabled', 'enabled')),
    ...command('disable', unitsWhere('enabled', 'disabled')),
    ...command('stop', unitsWhere('running', 'inactive')),
    ...command('mask', unitsWhere('masked', true)),
    ...start(unitsWhere('running', 'active')),
  ]);
}

/** Reloads or restarts. A unit that nobody declared as running is left alone where it does not run. */
export function refreshServices(specs: readonly ServiceSpec[]): Sh {
  const calls = specs
    .filter((spec) => spec.running !== false && spec.masked !== true)
    .map(({ name, onChange = 'reload', running = false }) => {
      const words = [unitName(name), onChange, running ? 'start' : 'try'];
      return sh`hw_refresh ${words}`;
    });
  return lines([functions, ...calls, sh`hw_conclude`]);
}

function unitOf({ spec, reading }: ServiceDifference): string {
  const id = reading.is === 'present' ? reading.observed.id : '';
  return id === '' ? unitName(spec.name) : id;
}

function command(verb: string, units: readonly string[]): readonly Sh[] {
  return units.length === 0 ? [] : [sh`systemctl ${verb} -- ${units}`];
}

function start(units: readonly string[]): readonly Sh[] {
  return units.length === 0 ? [] : [sh`hw_start ${units}`, sh`hw_conclude`];
}

/**
 * `hw_watch` is the part that does not believe exit codes: `systemctl start` succeeds for a unit whose condition does
 * not hold, and for a simple service that ends a moment later. A second is enough to see a service die of its
 * configuration. `reset-failed` also sets the count of automatic restarts to zero, so that a loop shows in it.
 *
 * What a timer starts is no running unit that anybody refreshes: its new definition counts once systemd has read it, so that the
 * timer asks for that.
 *
 * systemd refuses to open a socket while the service behind it runs, and leaves it closed. So both are stopped, and what
 * ran is started again, unless each connection has a service of its own (Accept=yes).
 */
const functions: Sh = sh`set -e
hw_bad=
hw_get() { systemctl show --no-pager -p "$1" --value -- "$2"; }
hw_parts() {
  if [ "$(hw_get Type "$1")" = oneshot ] && [ "$(hw_get RemainAfterExit "$1")" = yes ]; then hw_get ConsistsOf "$1"; fi
}
hw_reload_definitions() {
  hw_stale=
  for hw_unit; do
    hw_all=$hw_unit
    case $hw_unit in *.timer | *.path) hw_all="$hw_unit $(hw_get Triggers "$hw_unit")" ;; esac
    for hw_each in $hw_all; do
      if [ "$(hw_get NeedDaemonReload "$hw_each")" = yes ]; then hw_stale="$hw_stale $hw_each "; fi
    done
  done
  if [ -n "$hw_stale" ]; then systemctl daemon-reload; fi
}
hw_one_runs() {
  for hw_part; do case $(hw_get ActiveState "$hw_part") in active | reloading) return 0 ;; esac; done
  return 1
}
hw_services_of() {
  case $1 in *.socket) ;; *) return 0 ;; esac
  if [ "$(hw_get Accept "$1")" = yes ]; then return 0; fi
  for hw_service in $(hw_get Triggers "$1"); do if hw_one_runs "$hw_service"; then printf '%s ' "$hw_service"; fi; done
}
hw_restart_socket() {
  systemctl stop -- "$1" $hw_served || :
  hw_code=0
  systemctl start -- "$1" || hw_code=1
  systemctl start -- $hw_served || hw_code=1
  return $hw_code
}
hw_again() { if [ -n "$hw_served" ]; then hw_restart_socket "$2"; else systemctl "$1" -- "$2"; fi; }
hw_start() {
  systemctl reset-failed -- "$@" 2>/dev/null || :
  systemctl start -- "$@" 2>/dev/null || :
  for hw_unit; do
    set -f; hw_list=$(hw_parts "$hw_unit"); set +f
    if [ -n "$hw_list" ] && ! hw_one_runs $hw_list; then systemctl start -- $hw_list 2>/dev/null || :; fi
    hw_served=$(hw_services_of "$hw_unit")
    if [ -n "$hw_served" ] && ! hw_one_runs "$hw_unit"; then hw_restart_socket "$hw_unit" 2>/dev/null || :; fi
    rm -f ${restartMarks}/"$hw_unit"
  done
  hw_watch "$@"
}
hw_watch() {
  hw_is_simple=
  for hw_unit; do case $(hw_get Type "$hw_unit") in simple | exec | idle) hw_is_simple=1 ;; esac; done
  if [ -n "$hw_is_simple" ]; then sleep 1; fi
  for hw_unit; do
    case $(hw_get ActiveState "$hw_unit") in
      active | reloading) if [ "$(hw_get NRestarts "$hw_unit")" -gt 0 ] 2>/dev/null; then hw_complain "$hw_unit"; fi ;;
      *) hw_complain "$hw_unit" ;;
    esac
    hw_list=$(hw_parts "$hw_unit")
    if [ -z "$hw_list" ]; then continue; fi
    if ! hw_one_runs $hw_list; then hw_complain $hw_list; continue; fi
    for hw_part in $hw_list; do if [ "$(hw_get ActiveState "$hw_part")" = failed ]; then hw_complain "$hw_part"; fi; done
  done
}
hw_journal() { journalctl -q --no-pager -o short -n 12 -u "$1" >&2 || :; }
hw_complain() {
  for hw_one; do
    hw_journal "$hw_one"
    hw_why="$(hw_get ActiveState "$hw_one"), result $(hw_get Result "$hw_one")"
    if [ "$(hw_get ConditionResult "$hw_one")" = no ]; then hw_why="a condition of the unit does not hold, see systemctl status $hw_one"; fi
    if [ "$(hw_get NRestarts "$hw_one")" -gt 0 ] 2>/dev/null; then hw_why="it ends and is started again and again"; fi
    hw_bad="$hw_bad
The unit $hw_one does not run: $hw_why."
  done
}
hw_conclude() { if [ -n "$hw_bad" ]; then printf '%s\\n' "$hw_bad" >&2; exit 1; fi; }
hw_refresh() {
  hw_reload_definitions "$1"
  hw_was=$(hw_get ActiveState "$1")
  if [ "$3" = try ] && [ "$hw_was" != active ]; then return 0; fi
  hw_verb=reload-or-restart
  if [ "$2" = restart ] || [ -n "$hw_stale" ] || [ -e ${restartMarks}/"$1" ]; then hw_verb=restart; fi
  systemctl reset-failed -- "$1" 2>/dev/null || :
  hw_served=$(hw_services_of "$1")
  if hw_again "$hw_verb" "$1"; then rm -f ${restartMarks}/"$1"
  else
    hw_bad="systemctl $hw_verb $1 failed."
    if hw_one_runs "$1"; then hw_journal "$1"; fi
  fi
  hw_watch "$1"
}`;
