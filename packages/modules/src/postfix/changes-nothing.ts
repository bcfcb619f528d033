import { present, type ShellDriver, sh } from '@hostwright/core';

/** For a type that has health or errands, and nothing that an apply would read or change. */
export const changesNothing: ShellDriver<unknown, unknown, object> = {
  via: 'shell',
  commands: [],
  probe: () => sh`:`,
  parse: (_, specs) => specs.map(() => present({})),
  apply: () => sh`echo 'There is nothing to change here.' >&2; exit 1`,
};
