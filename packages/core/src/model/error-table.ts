import { errandErrorTable } from './errand-error-table.ts';
import { type ErrorRow, failed, unreachable, usage } from './error-row.ts';
import { fleetErrorTable } from './fleet-error-table.ts';
import { planErrorTable } from './plan-error-table.ts';
import { resourceErrorTable } from './resource-error-table.ts';
import { secretErrorTable } from './secret-error-table.ts';
import { transportErrorTable } from './transport-error-table.ts';

/** Every error code, in pipeline order. Docs and CLI are derived from this table; a test compares it with the throws. */
export const errorTable = {
  INVENTORY_INVALID: {
    stage: 'declare',
    exitCode: usage,
    title: 'The inventory is not valid.',
    remedy: 'Correct the named property.',
  },
  PLAYBOOK_INVALID: {
    stage: 'declare',
    exitCode: usage,
    title: 'The playbook is not valid.',
    remedy: 'Correct the named property.',
  },
  ...secretErrorTable,
  RESOURCE_TYPE_INVALID: {
    stage: 'declare',
    exitCode: usage,
    title: 'A resource type is not defined as it must be.',
    remedy: 'Correct the definition; docs/guide/writing-a-resource.md says what each part is for.',
  },
  OUTPUT_AS_TEXT: {
    stage: 'declare',
    exitCode: usage,
    title: 'An output was used as text before it is known.',
    remedy:
      'Use the interpolate template or output.map((value) => …) instead of string concatenation.',
  },
  DNS_SERVER_INVALID: {
    stage: 'declare',
    exitCode: usage,
    title: 'The settings of the ready-made DNS server are not valid.',
    remedy: 'Correct the named settings in the playbook.',
  },
  MAIL_SERVER_INVALID: {
    stage: 'declare',
    exitCode: usage,
    title: 'The settings of the ready-made mail server are not valid.',
    remedy: 'Correct the named settings in the playbook.',
  },
  MAIL_SERVER_RELEASE: {
    stage: 'compile',
    exitCode: usage,
    title: 'The ready-made mail server does not know the release of the host.',
    remedy: 'Use a host with Debian 12 or 13.',
  },
  UPKEEP_INVALID: {
    stage: 'declare',
    exitCode: usage,
    title: 'The settings for upgrades, logs or a move of mailboxes are not valid.',
    remedy: 'Correct the named settings in the playbook.',
  },
  OUTPUT_IN_KEY: {
    stage: 'compile',
    exitCode: usage,
    title: 'An output or a secret stands where the resource is named.',
    remedy: 'Use a plain value: the host is probed by it before any output is known.',
  },
  OUTPUT_UNPRODUCED: {
    stage: 'compile',
    exitCode: usage,
    title: 'An output is used, but nothing makes it.',
    remedy: 'Put the declaration that makes the output into a play.',
  },
  OUTPUT_AMBIGUOUS: {
    stage: 'compile',
    exitCode: usage,
    title: 'An output is made on several hosts.',
    remedy: "Say which host's output is meant: output.on('HOST').",
  },
  PLAY_SELECTS_NOTHING: {
    stage: 'compile',
    exitCode: usage,
    title: 'A play names a host or group that the inventory does not have.',
    remedy: 'Correct the name, or add the host or group to the inventory.',
  },
  PLAY_WRONG_HOST: {
    stage: 'compile',
    exitCode: usage,
    title: 'A resource stands in a play of hosts where it cannot run.',
    remedy: "Move it to a play with hosts: 'controller'.",
  },
  PLAY_FAILED: {
    stage: 'compile',
    exitCode: usage,
    title: "A play's function threw an error.",
    remedy: 'Correct the playbook; the detail shows where.',
  },
  PLAY_NOT_DECLARATIONS: {
    stage: 'compile',
    exitCode: usage,
    title: "A play's function returned something that is no declaration.",
    remedy: 'Return declarations such as Package({ name: … }), in arrays as deep as you like.',
  },
  SPEC_INVALID: {
    stage: 'compile',
    exitCode: usage,
    title: 'A resource has a property that is missing, unknown or of the wrong form.',
    remedy: 'Correct the named property in the playbook.',
  },
  SPEC_SECRET: {
    stage: 'compile',
    exitCode: usage,
    title: 'A secret stands in a property that would show it.',
    remedy:
      "Use a plain value, or another property: only those that the reference marks as secret keep it from the host's process list.",
  },
  CLAIM_TWICE: {
    stage: 'compile',
    exitCode: usage,
    title: 'Two declarations claim the same thing.',
    remedy: 'Remove one of them, or merge them into one.',
  },
  GRAPH_CYCLE: {
    stage: 'compile',
    exitCode: usage,
    title: 'Declarations need each other in a circle.',
    remedy: 'Remove one of the needs on the path.',
  },
  NEED_UNDECLARED: {
    stage: 'compile',
    exitCode: usage,
    title: 'A resource needs or notifies a declaration that this host does not have.',
    remedy: 'Return that declaration from a play of the same host.',
  },
  TEMPLATE_INVALID: {
    stage: 'compile',
    exitCode: usage,
    title: 'A template could not be rendered.',
    remedy: 'Correct the template, or pass the variable that it misses.',
  },
  ...transportErrorTable,
  SHELL_NUL: {
    stage: 'shell',
    exitCode: failed,
    title: 'A value for a shell command contains a NUL byte.',
    remedy: 'Take the NUL byte out of the value: no process can receive it as an argument.',
  },
  SHELL_VALUE: {
    stage: 'shell',
    exitCode: failed,
    title: 'Something that is no text was put into shell text.',
    remedy: 'Pass strings and numbers to sh; hand secrets over with pipeSecret.',
  },
  FACTS_UNREADABLE: {
    stage: 'probe',
    exitCode: failed,
    title: 'The facts of a host could not be read.',
    remedy: 'The host needs a POSIX shell with the usual commands; the detail shows what it said.',
  },
  PROBE_FAILED: {
    stage: 'probe',
    exitCode: failed,
    title: 'Reading the observed state failed.',
    remedy:
      'The detail shows what the command said. Nothing was changed; an unreadable state is never taken for absence.',
  },
  PROBE_TIMEOUT: {
    stage: 'probe',
    exitCode: failed,
    title: 'Reading the observed state took longer than its time limit.',
    remedy: 'Look at the host for what hangs. The other resources were read all the same.',
  },
  PROBE_GARBLED: {
    stage: 'probe',
    exitCode: failed,
    title: 'The answer of a host is not complete.',
    remedy:
      'A login shell that prints or exits by itself can cause this; the detail shows what came.',
  },
  PREREQUISITE_MISSING: {
    stage: 'probe',
    exitCode: failed,
    title:
      'A resource cannot be read for want of something, and nothing in the playbook is about to bring that.',
    remedy:
      'Declare what brings it (the Package with the command or unit, the File with the filter), or correct the name.',
  },
  ...planErrorTable,
  ...fleetErrorTable,
  APPLY_FAILED: {
    stage: 'apply',
    exitCode: failed,
    title: 'Applying a change failed.',
    remedy: 'The detail shows what the command said. Correct the cause and run again.',
  },
  LOCKED_OUT: {
    stage: 'apply',
    exitCode: failed,
    title: 'A change would have shut everybody out of the host.',
    remedy:
      'Correct the declaration: with it nobody gets in. Where the host did not go back, use its console and undo the change by hand.',
  },
  HOST_NOT_BACK: {
    stage: 'apply',
    exitCode: unreachable,
    title: 'A host was rebooted and did not come back in time.',
    remedy:
      'Look at its console. When it is up, run again: what is missing is done then. Give it more time with timeout if that was all.',
  },
  REBOOT_REFUSED: {
    stage: 'apply',
    exitCode: failed,
    title: 'A host was not rebooted.',
    remedy:
      'Run from another machine, or reboot it by hand; take Reboot out of the play of a host that cannot show when it was started.',
  },
  VERIFY_DIFFERENT: {
    stage: 'verify',
    exitCode: failed,
    title: 'A change was applied without an error, but the host still differs.',
    remedy:
      'Something else sets the value back, or the command did not do what it says. Look at the field on the host.',
  },
  ...resourceErrorTable,
  INTERRUPTED: {
    stage: 'run',
    exitCode: 130,
    title: 'The run was interrupted.',
    remedy: 'Run again: the host is read first and only what is missing is done.',
  },
  INTERNAL: {
    stage: 'run',
    exitCode: 70,
    title: 'Hostwright met a case it does not know.',
    remedy:
      'This is a defect in Hostwright or in a resource type. Please report it with the detail below.',
  },
  REPORT_NOT_WRITTEN: {
    stage: 'cli',
    exitCode: failed,
    title: 'A report of the run could not be written.',
    remedy: 'Name a place that can be written to.',
  },
  PLAYBOOK_NOT_FOUND: {
    stage: 'cli',
    exitCode: usage,
    title: 'There is no playbook at this path.',
    remedy: 'Name the TypeScript file whose default export is the playbook.',
  },
  PLAYBOOK_NOT_LOADED: {
    stage: 'cli',
    exitCode: usage,
    title: 'The playbook could not be loaded.',
    remedy: 'Correct the file; the detail shows where.',
  },
  PLAYBOOK_THREW: {
    stage: 'cli',
    exitCode: failed,
    title: 'The playbook threw an error beside the run, as in a timer.',
    remedy:
      'Catch it where it arises, or await the promise. The steps at work come to their end, and no other is begun.',
  },
  NODE_TOO_OLD: {
    stage: 'cli',
    exitCode: usage,
    title: 'This version of Node cannot run TypeScript.',
    remedy: 'Install Node 22.18 or later. `npx node@24 FILE` brings a current one with it.',
  },
  USAGE: {
    stage: 'cli',
    exitCode: usage,
    title: 'The command line is not understood.',
    remedy: 'See `hostwright --help`.',
  },
  ...errandErrorTable,
} as const satisfies Record<string, ErrorRow>;
