import { defineResource, present, type Reading, type Sh, sh } from '@hostwright/core';
import { type Static, Type } from 'typebox';

/** Seconds that a host may take to come back when nothing is declared, and at most. */
const backSeconds = 600;
const backSecondsMax = 7200;

/** Seconds until the host goes down, so that the run learns first that the order was taken. */
const delaySeconds = 2;

const schema = Type.Object(
  {
    ifRequired: Type.Optional(
      Type.Boolean({
        description:
          'Reboots when the host asks for it by /run/reboot-required, as after an update of the kernel. Default true; false: only when something that notifies it changed.',
      }),
    ),
    timeout: Type.Optional(
      Type.Integer({
        minimum: 10,
        maximum: backSecondsMax,
        description: 'Seconds that the host may take to come back. Default: 600; 10 to 7,200.',
      }),
    ),
  },
  { additionalProperties: false },
);

type RebootSpec = Readonly<Static<typeof schema>>;

interface ObservedReboot {
  readonly isRequired: boolean;
}

/**
 * A reboot, when the host asks for one or when something that notifies it changed, and never otherwise. The run waits
 * until the host answers as started anew, by its boot id and its first process, and then does what needs the reboot.
 *
 * What is to come before is named in `needs` or notifies it; what is to come after names it in `needs`. The host key is
 * checked again. The machine that the run is on is never rebooted.
 *
 * Identity: once per host.
 * Units: seconds.
 * Cost: no process to probe; a login every few seconds until the host is back.
 * Errors: HOST_NOT_BACK after `timeout`; REBOOT_REFUSED; APPLY_FAILED with what systemd said.
 * Source: systemctl(1), random(4) for the boot id, the convention of /run/reboot-required. Captured on Debian 12 and 13.
 * @example Reboot({ timeout: 300 }, { needs: [Package({ name: 'linux-image-amd64' })] })
 */
export const Reboot = defineResource({
  kind: 'Reboot',
  schema,
  keys: [],
  identity: () => 'host',
  driver: {
    via: 'shell',
    commands: [],
    probe: () =>
      sh`if [ -e /run/reboot-required ]; then echo required; else echo 'not required'; fi`,
    parse: ({ stdout }, specs): readonly Reading<ObservedReboot>[] =>
      specs.map(() => present({ isRequired: /^required$/m.test(stdout) })),
    apply: () => rebootSoon,
    refresh: () => rebootSoon,
    // It has just been started anew, after everything that notifies it.
    isFreshAfter: () => true,
    restartsHost: ([spec]) => (spec?.timeout ?? backSeconds) * 1000,
  },
  diff: ({ ifRequired = true }: RebootSpec, reading) => {
    const isRequired = reading.is === 'present' && reading.observed.isRequired;
    return ifRequired && isRequired ? [{ field: 'reboot', from: 'required', to: 'done' }] : [];
  },
});

/** Neither way holds the lock of the run, nor anything else that the shell has open. */
const rebootSoon: Sh = sh`if [ -d /run/systemd/system ]; then
  systemd-run --quiet --collect --on-active=${delaySeconds} --timer-property=AccuracySec=100ms systemctl reboot
else
  command -v reboot >/dev/null || { echo 'The host has no command reboot.' >&2; exit 1; }
  hw_own=; if command -v setsid >/dev/null 2>&1; then hw_own=setsid; fi
  $hw_own /bin/sh -c 'sleep "$1"; exec reboot' sh ${delaySeconds} </dev/null >/dev/null 2>&1 9>&- &
fi`;
