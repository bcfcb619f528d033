import {
  defineResource,
  type FieldDiff,
  HostwrightError,
  present,
  type Reading,
  unknown,
  unknownButFine,
  unreadable,
} from '@hostwright/core';
import { type Static, Type } from 'typebox';
import { applyServices, refreshServices } from './apply-services.ts';
import { packagesOf, startedFiles, unitFiles, unitName, unitStem } from './unit-name.ts';
import {
  isEnabled,
  isRunning,
  isStopped,
  parseUnits,
  showUnits,
  type UnitState,
} from './unit-state.ts';

const schema = Type.Object(
  {
    name: Type.String({
      pattern:
        '^[A-Za-z0-9_][A-Za-z0-9:_.\\\\-]{0,199}(@[A-Za-z0-9:_\\\\-][A-Za-z0-9:_.\\\\-]{0,199})?$',
      description:
        'Name of the unit; without a suffix it is a service (`postfix`, `clamav-daemon.socket`, `sa-update.timer`). An instance needs its name behind the `@`.',
    }),
    running: Type.Optional(
      Type.Boolean({
        description:
          'Whether the unit runs now. A unit that is starting, stopping, failed or waiting for its next automatic restart does not. Default: not managed.',
      }),
    ),
    enabled: Type.Optional(
      Type.Boolean({
        description:
          'Whether it starts at boot. Units without an install section (static, indirect, generated, alias) count as both, because only other units decide. Default: not managed.',
      }),
    ),
    masked: Type.Optional(
      Type.Boolean({
        description:
          'True makes it impossible to start, by hand or by another unit; false undoes that. Default: not managed, and a masked unit that is to run is an error.',
      }),
    ),
    config: Type.Optional(
      Type.Array(
        Type.String({
          pattern: '^/[^\\r\\n]*$',
          maxLength: 4096,
          description: 'Absolute path of a file or directory.',
        }),
        {
          maxItems: 100,
          description:
            'Paths whose change refreshes the unit, with everything below them. Always among them: /etc/NAME, /etc/NAME.conf, /etc/default/NAME and its own unit file and drop-ins in /etc/systemd/system, those of the template of an instance, and, of a timer or path unit, those of the service that it starts.',
        },
      ),
    ),
    onChange: Type.Optional(
      Type.Union([Type.Literal('reload'), Type.Literal('restart')], {
        description:
          '`reload` (default) reloads after a change, or restarts a unit that cannot reload; `restart` always restarts. A change of the unit file or one that asks for it (such as inet_interfaces of Postfix) restarts in any case.',
      }),
    ),
  },
  { additionalProperties: false },
);

export type ServiceSpec = Static<typeof schema>;
type ServiceProbe = Pick<ServiceSpec, 'name'> & Partial<ServiceSpec>;

/**
 * One systemd unit: running or not, enabled or not, and reloaded or restarted when its configuration changed.
 *
 * A start is looked at again: a unit that falls over within a second fails with the last lines of its journal, and so
 * does one that was never started because a condition of its unit does not hold. Before a start or restart systemd
 * reads unit files again, once, where they changed. A unit that only holds others together (postfix.service on
 * Debian 12, which is `/bin/true`, while postfix@-.service is Postfix) runs when one of its parts runs and none failed. A
 * unit that does not exist is neither running nor enabled.
 *
 * Identity: the unit, once per host. An alias is followed to its unit.
 * Units: none.
 * Cost: one `systemctl show` per host to probe, two where a unit has parts; one second to watch services that report no readiness.
 * Errors: SERVICE_NOT_SYSTEMD, SERVICE_MASKED, SERVICE_ENDS; APPLY_FAILED with the journal.
 * Source: systemctl(1), systemd.unit(5), systemd.service(5). Captured on Debian 12 (systemd 252) and 13 (systemd 257).
 * @example Service({ name: 'postfix', running: true, enabled: true })
 */
export const Service = defineResource({
  kind: 'Service',
  schema,
  keys: ['name'],
  identity: (spec) => unitStem(spec.name),
  claims: (spec) => [`unit:${unitName(spec.name)}`],
  provides: (spec) => configPaths(spec).map((path) => `config:${path}`),
  edges: (spec) => ({
    after: packagesOf(spec.name).flatMap((name) => [`package:${name}`, `package-stem:${name}`]),
  }),
  check: contradictions,
  driver: {
    via: 'shell',
    exclusive: ['units'],
    commands: ['systemctl', 'journalctl'],
    probe: (specs) => showUnits(specs.map((spec) => unitName(spec.name))),
    parse: (output, specs) => {
      const states = parseUnits(output.stdout, specs.length);
      return specs.map((spec, index) => readingOf(spec, states?.[index]));
    },
    apply: applyServices,
    refresh: refreshServices,
    isFreshAfter: ({ fields }) =>
      fields.some(({ field, to }) => field === 'running' && to === 'active'),
    timeLimitsMs: { apply: 900_000 },
  },
  threatens: ({ spec: { name, running, enabled, masked } }) => {
    const isSshd = unitStem(name) === 'ssh' || unitStem(name) === 'sshd';
    const isClosing = running === false || enabled === false || masked === true;
    return isSshd && isClosing ? ['It stops sshd, by which this run came.'] : [];
  },
  diff: (spec, reading) => (reading.is === 'absent' ? [] : fieldsBetween(spec, reading.observed)),
});

function configPaths(spec: ServiceProbe): readonly string[] {
  const stem = unitStem(spec.name);
  const names = [...unitFiles(spec.name), ...startedFiles(spec.name)];
  const files = names.flatMap((name) => {
    const path = `/etc/systemd/system/${name}`;
    return [path, `${path}.d`];
  });
  const usual = [`/etc/${stem}`, `/etc/${stem}.conf`, `/etc/default/${stem}`, ...files];
  return [...new Set([...usual, ...(spec.config ?? [])])];
}

function contradictions(spec: ServiceProbe): readonly string[] {
  const isWanted = spec.running === true || spec.enabled === true;
  return spec.masked === true && isWanted ? ['A masked unit can neither run nor be enabled.'] : [];
}

function readingOf(spec: ServiceProbe, state: UnitState | undefined): Reading<UnitState> {
  const unit = unitName(spec.name);
  if (state === undefined) {
    const problem = 'The host does not run systemd as its first process.';
    return unreadable(new HostwrightError('SERVICE_NOT_SYSTEMD', { problem }));
  }
  const isWanted = spec.running === true || spec.enabled === true;
  if (state.load === 'masked' && isWanted && spec.masked === undefined) {
    const problem = `The unit ${unit} is masked.`;
    return unreadable(new HostwrightError('SERVICE_MASKED', { problem }));
  }
  if (state.load === 'not-found' && spec.masked !== true) {
    const isUnwanted = !isWanted && (spec.running === false || spec.enabled === false);
    return (isUnwanted ? unknownButFine : unknown)(`unit ${unit} does not exist`);
  }
  if (['error', 'bad-setting'].includes(state.load)) {
    return unknown(`unit ${unit} cannot be loaded: ${state.loadError}`);
  }
  if (spec.running === true && state.type === 'oneshot' && !state.remainsAfterExit) {
    const problem = `The unit ${unit} runs a command and ends, so it is never running.`;
    return unreadable(new HostwrightError('SERVICE_ENDS', { problem }));
  }
  return present(state);
}

function fieldsBetween(spec: ServiceSpec, state: UnitState): readonly FieldDiff[] {
  const fields: FieldDiff[] = [];
  const isMasked = state.load === 'masked';
  if (spec.masked !== undefined && spec.masked !== isMasked) {
    fields.push({ field: 'masked', from: isMasked, to: spec.masked });
  }
  if (spec.enabled !== undefined && !isEnabled(state, spec.enabled)) {
    const to = spec.enabled ? 'enabled' : 'disabled';
    fields.push({ field: 'enabled', from: state.enablement || 'not enabled', to });
  }
  const wanted = spec.masked === true ? false : spec.running;
  const isThere = wanted === true ? isRunning(state) : isStopped(state);
  if (wanted !== undefined && !isThere) {
    const to = wanted ? 'active' : 'inactive';
    fields.push({ field: 'running', from: activity(state), to });
  }
  return fields;
}

/** `failed`, `activating (auto-restart)`: the word that `systemctl status` would show. */
function activity({ active, sub, parts }: UnitState): string {
  const stuck = parts.find((part) => part.active === 'failed') ?? parts.at(0);
  if (active === 'active' && stuck !== undefined) return `${stuck.active} (${stuck.id})`;
  return active === 'inactive' || active === 'failed' ? active : `${active} (${sub})`;
}
