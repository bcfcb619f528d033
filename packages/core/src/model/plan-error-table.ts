import { type ErrorRow, failed, refused, usage } from './error-row.ts';

/** Errors about plans: reading one, why one is refused, and what was done otherwise. */
export const planErrorTable = {
  PLAN_INVALID: {
    stage: 'plan',
    exitCode: usage,
    title: 'What was given as a plan is none.',
    remedy: 'Make it anew with `hostwright plan --out FILE`, and do not edit it.',
  },
  PLAN_VERSION: {
    stage: 'plan',
    exitCode: usage,
    title: 'The plan was saved by a version of Hostwright that writes another form.',
    remedy: 'Make it anew with `hostwright plan --out FILE`, by the version that is to apply it.',
  },
  PLAN_OUTDATED: {
    stage: 'plan',
    exitCode: refused,
    title: 'The hosts, the playbook or the inventory are no longer what the plan was made of.',
    remedy: 'Nothing was changed. Make a new plan, read it, and apply that.',
  },
  PLAN_REMOVES_TOO_MUCH: {
    stage: 'plan',
    exitCode: refused,
    title: 'The plan removes more than was allowed.',
    remedy:
      'Nothing was changed. Look at the list; if all of it is meant, allow more with removalsMax or --max-removals.',
  },
  PLAN_CUTS_OFF: {
    stage: 'plan',
    exitCode: refused,
    title: 'The plan would take away what the run itself came by.',
    remedy:
      'Nothing was changed. If it is meant, say so at the declaration: { mayCutOff: true } as its second argument.',
  },
  RESOURCE_NOT_FOUND: {
    stage: 'plan',
    exitCode: usage,
    title: 'No declaration, or more than one, has this name.',
    remedy: 'Name it by its label, such as Package[postfix], or by HOST/LABEL.',
  },
  VERIFY_UNPLANNED: {
    stage: 'verify',
    exitCode: failed,
    title: 'What was done is not what the plan said.',
    remedy:
      'Something changed the host during the run. The change was made and verified; look at who else works on the host.',
  },
} as const satisfies Record<string, ErrorRow>;
