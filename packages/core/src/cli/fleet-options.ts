import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { HostwrightError, messageOf } from '../model/errors.ts';
import type { Verb } from '../model/event.ts';
import type { BatchSize, Percent } from '../model/rollout.ts';
import type { RunSettings } from '../run/options.ts';
import { reportedHosts } from './outcome-file.ts';
import { joined } from './repeated-options.ts';

/** Options that say which part of a fleet a run is for, and how it goes through it. */
export interface FleetOptions {
  readonly limit?: string;
  readonly tags?: readonly string[];
  readonly skipTags?: readonly string[];
  readonly serial?: readonly BatchSize[];
  readonly maxFail?: number | Percent;
  readonly lockWait?: number;
  /** File for the outcome. */
  readonly report?: string;
}

export const limitHelp =
  'hosts, groups, patterns: web*,db&eu,!web3; @FILE: those that failed in a report';

const lockWaitMaxS = 86_400;

export function addFleetOptions(command: Command, verb: Verb): void {
  command.option('-l, --limit <hosts>', limitHelp, joined);
  if (verb === 'facts' || verb === 'graph' || verb === 'why') return;
  command
    .option('-t, --tags <tags>', 'only declarations with one of these tags: a,b', words)
    .option('--skip-tags <tags>', 'not those with one of these tags: a,b', words);
  if (verb === 'verify') return;
  command.option('--serial <sizes>', 'hosts changed at once, batch after batch: 1,10%,50%', sizes);
  if (verb === 'plan') return;
  command
    .option(
      '--max-fail <number>',
      'hosts that may fail, or 10% of a batch; then no other is begun',
      part,
    )
    .option('--lock-wait <seconds>', 'wait for another run on a host (default: 0)', seconds)
    .option('--report <file>', 'write the outcome as JSON, for --limit @FILE');
}

/** The fleet options among all that commander found. */
export function fleetOptions(found: FleetOptions): FleetOptions {
  const { limit, tags, skipTags, serial, maxFail, lockWait, report } = found;
  const all = { limit, tags, skipTags, serial, maxFail, lockWait, report };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/**
 * The same as settings of the library.
 * Errors: USAGE for a report that cannot be read, or that names no host.
 */
export function fleetSettings(options: FleetOptions): RunSettings {
  const { limit, tags, skipTags, serial, maxFail, lockWait } = options;
  return {
    ...(limit === undefined ? {} : { limit: limitParts(limit) }),
    ...(tags === undefined ? {} : { tags }),
    ...(skipTags === undefined ? {} : { skipTags }),
    ...(serial === undefined ? {} : { serial }),
    ...(maxFail === undefined ? {} : { maxFail }),
    ...(lockWait === undefined ? {} : { lockWaitMs: lockWait * 1000 }),
  };
}

/**
 * The parts of a limit, with the hosts of a report where it names one.
 * Errors: USAGE for a report that cannot be read, or that names no host.
 */
export function limitParts(limit: string): readonly string[] {
  return limit.split(',').flatMap(withoutFiles);
}

/** `@FILE` is the hosts of a report that want another run. */
function withoutFiles(part: string): readonly string[] {
  const path = /^\s*@(.+)$/.exec(part)?.[1];
  if (path === undefined) return [part];
  const hosts = reportedHosts(readReport(path), path);
  if (hosts.length > 0) return hosts;
  throw new HostwrightError('USAGE', {
    problem: `In ${path} nothing failed: it names no host that wants another run.`,
    remedy: 'Leave out --limit to run on all hosts.',
  });
}

function readReport(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new HostwrightError('USAGE', {
      problem: `The report ${path} of --limit cannot be read: ${messageOf(cause)}.`,
      remedy: 'Name a file that `hostwright apply --report FILE` wrote.',
      cause,
    });
  }
}

function words(text: string, before: readonly string[] = []): readonly string[] {
  const found = text.split(',').map((word) => word.trim());
  if (found.every((word) => word !== '')) return [...before, ...found];
  throw new InvalidArgumentError('Tags are expected, joined by commas.');
}

function sizes(text: string): readonly BatchSize[] {
  return text.split(',').map((size) => {
    const trimmed = size.trim();
    if (/^[1-9]\d*$/.test(trimmed)) return Number(trimmed);
    if (isPercent(trimmed)) return trimmed;
    throw new InvalidArgumentError('Numbers of hosts or percentages are expected, as 1,10%,50%.');
  });
}

function part(text: string): number | Percent {
  if (/^\d+$/.test(text)) return Number(text);
  if (isPercent(text)) return text;
  throw new InvalidArgumentError('A number of hosts is expected, or a percentage.');
}

function isPercent(text: string): text is Percent {
  return /^\d+(\.\d+)?%$/.test(text);
}

function seconds(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count <= lockWaitMaxS) return count;
  throw new InvalidArgumentError(`A whole number of seconds up to ${lockWaitMaxS} is expected.`);
}
