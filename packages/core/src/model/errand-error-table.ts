import { type ErrorRow, failed, usage } from './error-row.ts';

/** Errors of what is asked of resources by name: their health, and their errands. */
export const errandErrorTable = {
  HEALTH_UNDECLARED: {
    stage: 'health',
    exitCode: usage,
    title: 'Nothing that the playbook declares has indicators.',
    remedy: 'Declare a resource that has some, such as MailHealth, or widen the limit.',
  },
  HEALTH_FAILED: {
    stage: 'health',
    exitCode: failed,
    title: 'The indicators of a resource could not be read.',
    remedy: 'Read what the command printed, and whether the service is installed.',
  },
  ERRAND_UNKNOWN: {
    stage: 'errand',
    exitCode: usage,
    title: 'No declaration has the errand that was asked for.',
    remedy: 'Run `hostwright do PLAYBOOK` to see all errands of the playbook.',
  },
  ERRAND_INVALID: {
    stage: 'errand',
    exitCode: usage,
    title: 'What was given to an errand is not valid.',
    remedy: 'Correct the named property: `hostwright do PLAYBOOK` shows what each errand takes.',
  },
  ERRAND_FAILED: {
    stage: 'errand',
    exitCode: failed,
    title: 'An errand failed on a host.',
    remedy: 'Read what the command printed; look again before you try again.',
  },
} as const satisfies Record<string, ErrorRow>;
