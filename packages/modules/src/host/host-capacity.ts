import {
  defineResource,
  HostwrightError,
  type ProbeOutput,
  present,
  type Reading,
  type Sh,
  sh,
  unreadable,
} from '@hostwright/core';
import { type Static, Type } from 'typebox';

const schema = Type.Object(
  {
    cpus: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 4096,
        description: 'Processors that are online, at least. Default: not looked at.',
      }),
    ),
    memoryMiB: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 16_777_216,
        description:
          'Memory in MiB, at least, as the kernel shows it: some 5 % less than what a machine is sold with. Default: not looked at.',
      }),
    ),
    diskMiB: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_073_741_824,
        description:
          'Size of the file system of `/var` in MiB, at least; used or not. Default: not looked at.',
      }),
    ),
    ifShort: Type.Optional(
      Type.Union([Type.Literal('refuse'), Type.Literal('accept')], {
        description:
          '`refuse` (default): too small a host is an error in the plan, and no package is installed there. `accept`: `out.shortfall` says what is short.',
      }),
    ),
  },
  { additionalProperties: false },
);

type HostCapacitySpec = Readonly<Static<typeof schema>>;

interface ObservedCapacity {
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly diskMiB: number;
}

/**
 * What a host must have before anything is put on it. It changes nothing; all packages of the host come after it.
 *
 * Identity: once per host.
 * Units: MiB of 1024 × 1024 bytes.
 * Cost: one df per host to probe.
 * Errors: HOST_TOO_SMALL with everything that is short.
 * Source: getconf(1), proc(5), df(1). Captured on Debian 12 and 13.
 * @example HostCapacity({ cpus: 2, memoryMiB: 3600, diskMiB: 50_000 })
 */
export const HostCapacity = defineResource({
  kind: 'HostCapacity',
  schema,
  keys: ['cpus', 'memoryMiB', 'diskMiB', 'ifShort'],
  identity: () => 'host',
  provides: () => ['host-capacity'],
  driver: {
    via: 'shell',
    commands: ['getconf', 'df'],
    probe: readCapacity,
    parse: parseCapacity,
    apply: () => sh`echo 'A host does not grow by a command.' >&2; exit 1`,
  },
  // Too small a host is an error of its reading, so that there is nothing to change.
  diff: () => [],
  outputs: (spec, observed: ObservedCapacity) => ({
    /** What is short, in a sentence each; empty when nothing is. */
    shortfall: shortfall(spec, observed).join(' '),
  }),
});

function readCapacity(): Sh {
  return sh`echo "cpus $(getconf _NPROCESSORS_ONLN)"
while read -r name value unit; do [ "$name" != MemTotal: ] || echo "memory $value"; done </proc/meminfo
df -Pk /var | { read -r line; read -r device size rest; echo "disk $size"; }`;
}

function parseCapacity(
  { stdout }: ProbeOutput,
  specs: readonly HostCapacitySpec[],
): readonly Reading<ObservedCapacity>[] {
  const number = (word: string) => Number(new RegExp(`^${word} (\\d+)$`, 'm').exec(stdout)?.[1]);
  const observed = {
    cpus: number('cpus'),
    memoryMiB: Math.floor(number('memory') / 1024),
    diskMiB: Math.floor(number('disk') / 1024),
  };
  return specs.map((spec) => {
    if (Object.values(observed).some(Number.isNaN)) {
      const problem = 'The size of the host could not be read.';
      return unreadable(new HostwrightError('PROBE_FAILED', { problem, detail: stdout }));
    }
    const short = shortfall(spec, observed);
    if (short.length === 0 || spec.ifShort === 'accept') return present(observed);
    return unreadable(new HostwrightError('HOST_TOO_SMALL', { problem: short.join(' ') }));
  });
}

function shortfall(spec: HostCapacitySpec, observed: ObservedCapacity): readonly string[] {
  const { cpus = 0, memoryMiB = 0, diskMiB = 0 } = spec;
  return [
    ...(observed.cpus < cpus ? [`It has ${observed.cpus} of ${cpus} processors.`] : []),
    ...(observed.memoryMiB < memoryMiB
      ? [`It has ${observed.memoryMiB} of ${memoryMiB} MiB of memory.`]
      : []),
    ...(observed.diskMiB < diskMiB
      ? [`The file system of /var has ${observed.diskMiB} of ${diskMiB} MiB.`]
      : []),
  ];
}
