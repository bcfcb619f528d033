import { type ErrorRow, failed, locked, usage } from './error-row.ts';

/** Errors of runs on a part of the hosts, batch after batch, and of runs that meet. */
export const fleetErrorTable = {
  SETTINGS_INVALID: {
    stage: 'compile',
    exitCode: usage,
    title: 'A setting of the call is not valid, or there is none of that name.',
    remedy: 'Correct the named setting. No host was connected to.',
  },
  LIMIT_INVALID: {
    stage: 'compile',
    exitCode: usage,
    title: 'A limit names a host or group that there is not, or no host at all.',
    remedy: 'Correct the limit: hosts, groups and patterns, as in `web*,db&eu,!web3`.',
  },
  TAG_UNKNOWN: {
    stage: 'compile',
    exitCode: usage,
    title: 'No declaration has a tag that was asked for.',
    remedy: 'Correct the tag, or give it to the declarations that are meant.',
  },
  TAGS_SELECT_NOTHING: {
    stage: 'compile',
    exitCode: usage,
    title: 'The tags that were asked for leave no declaration.',
    remedy: 'Take another tag, or leave out one of those that are skipped.',
  },
  ROLLOUT_INVALID: {
    stage: 'compile',
    exitCode: usage,
    title: 'A setting of the rollout is not valid.',
    remedy: 'Give numbers of hosts, or parts of them: `1`, `10%`, `1,10%,50%`.',
  },
  ROLLOUT_CIRCLE: {
    stage: 'compile',
    exitCode: usage,
    title: 'Hosts need something of each other, and cannot be changed one batch after the other.',
    remedy: 'Leave out `serial`, make the batches larger, or take one of the needs away.',
  },
  NEED_HELD: {
    stage: 'plan',
    exitCode: failed,
    title: 'Something that a declaration needs differs, and the run leaves that as it is.',
    remedy: 'Run without the limit and the tags first, or let them select what is needed as well.',
  },
  LOCK_HELD: {
    stage: 'apply',
    exitCode: locked,
    title: 'Another run is at work on the host.',
    remedy:
      'Wait for it to end, with --lock-wait SECONDS. Where it is known that nothing of it runs any more, remove the file `run` in the state folder of the host, /var/lib/hostwright for root.',
  },
  LOCK_UNWRITABLE: {
    stage: 'apply',
    exitCode: failed,
    title: 'The lock of a host cannot be written, so that nothing is changed there.',
    remedy:
      'Look at the space and the rights of the state folder of the host, /var/lib/hostwright for root.',
  },
  HOST_TWICE: {
    stage: 'apply',
    exitCode: failed,
    title: 'Two names of the inventory are the same machine.',
    remedy:
      'Give the machine one name in the inventory, or limit the run to one of the names. Nothing was changed by the second one.',
  },
} as const satisfies Record<string, ErrorRow>;
