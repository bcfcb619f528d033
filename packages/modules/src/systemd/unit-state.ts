import { lines, type Sh, sh } from '@hostwright/core';

/** A unit as systemd has it. The words are those of systemctl(1). */
export interface UnitState {
  /** Its real name, where it was asked for by an alias. */
  readonly id: string;
  readonly load: string;
  readonly loadError: string;
  readonly active: string;
  readonly sub: string;
  /** `enabled`, `static`, … For a script of /etc/init.d `enabled` or `disabled`, by its links for boot. */
  readonly enablement: string;
  readonly type: string;
  readonly remainsAfterExit: boolean;
  /** Units that are part of one which only holds them together. */
  readonly parts: readonly Part[];
}

interface Part {
  readonly id: string;
  readonly active: string;
}

const properties =
  'Id,LoadState,LoadError,ActiveState,SubState,UnitFileState,Type,RemainAfterExit,ConsistsOf,SourcePath';

/**
 * One `systemctl show` for all units, and one more for the parts of those that have parts. systemd does not know
 * whether a script of /etc/init.d is enabled: its links say so.
 */
export function showUnits(units: readonly string[]): Sh {
  return lines([
    sh`if [ ! -d /run/systemd/system ]; then echo no-systemd; exit 0; fi`,
    sh`hw_units=$(systemctl show --no-pager -p ${properties} -- ${units}) || exit`,
    sh`printf '%s\\n' "$hw_units"`,
    sh`hw_parts=; case $hw_units in *ConsistsOf=[A-Za-z0-9-]*) hw_parts=$(printf '%s\\n' "$hw_units" | sed -n 's/^ConsistsOf=\\(..*\\)/\\1/p') ;; esac`,
    sh`if [ -n "$hw_parts" ]; then set -f; printf '\\n'; systemctl show --no-pager -p Id,ActiveState -- $hw_parts || exit; set +f; fi`,
    sh`case $hw_units in *UnitFileState=generated*) for f in /etc/rc[2-5].d/S*; do printf '\\nBootLink=%s\\n' "$f"; done ;; esac`,
  ]);
}

/** The states in the order of the units, or undefined where there is no systemd. */
export function parseUnits(stdout: string, count: number): readonly UnitState[] | undefined {
  if (stdout.startsWith('no-systemd')) return undefined;
  const blocks = stdout.split('\n\n').map(propertiesOf);
  const rest = blocks.slice(count);
  const states = new Map(rest.map((block) => [text(block, 'Id'), text(block, 'ActiveState')]));
  const bootLinks = rest.map((block) => text(block, 'BootLink'));
  return blocks.slice(0, count).map((block) => ({
    id: text(block, 'Id'),
    load: text(block, 'LoadState'),
    loadError: text(block, 'LoadError').replace(/^\S+ "(.*)"$/, '$1'),
    active: text(block, 'ActiveState'),
    sub: text(block, 'SubState'),
    enablement: enablementOf(block, bootLinks),
    type: text(block, 'Type'),
    remainsAfterExit: text(block, 'RemainAfterExit') === 'yes',
    parts: partsOf(block, states),
  }));
}

/** Running means that it does its work now: not starting, not stopping, not between two automatic restarts. */
export function isRunning({ active, parts }: UnitState): boolean {
  if (active !== 'active' && active !== 'reloading') return false;
  if (parts.length === 0) return true;
  const states = parts.map((part) => part.active);
  return !states.includes('failed') && states.some((state) => /^(active|reloading)$/.test(state));
}

/** Stopped is more than not running: a unit between two automatic restarts still has to be stopped. */
export function isStopped({ active, parts }: UnitState): boolean {
  return [active, ...parts.map((part) => part.active)].every((state) =>
    /^(inactive|failed)$/.test(state),
  );
}

/** Units that cannot be enabled by themselves satisfy both wishes: what pulls them in is not theirs to say. */
const eitherWay = ['static', 'indirect', 'alias', 'generated', 'transient'];

export function isEnabled({ enablement }: UnitState, wish: boolean): boolean {
  if (eitherWay.includes(enablement)) return true;
  return wish === (enablement === 'enabled') && !(enablement === 'enabled-runtime' && !wish);
}

function enablementOf(block: Block, bootLinks: readonly string[]): string {
  const state = text(block, 'UnitFileState');
  const script = /^\/etc\/init\.d\/([^/]+)$/.exec(text(block, 'SourcePath'))?.[1];
  if (state !== 'generated' || script === undefined) return state;
  const isLinked = bootLinks.some((link) => link.replace(/^.*\/S\d\d/, '') === script);
  return isLinked ? 'enabled' : 'disabled';
}

function partsOf(block: Block, states: ReadonlyMap<string, string>): readonly Part[] {
  const onlyHolds = text(block, 'Type') === 'oneshot' && text(block, 'RemainAfterExit') === 'yes';
  if (!onlyHolds) return [];
  const ids = text(block, 'ConsistsOf').split(' ');
  return ids.flatMap((id) => (states.has(id) ? [{ id, active: states.get(id) ?? '' }] : []));
}

type Block = ReadonlyMap<string, string>;

function propertiesOf(block: string): Block {
  const rows = block.split('\n').map((line) => [line, line.indexOf('=')] as const);
  return new Map(rows.map(([line, at]) => [line.slice(0, at), line.slice(at + 1)]));
}

function text(block: Block, name: string): string {
  return block.get(name) ?? '';
}
