import type { Command } from 'commander';
import { limitHelp } from './fleet-options.ts';
import { positive } from './option-values.ts';
import { joined } from './repeated-options.ts';
import type { QueryOptions } from './verb.ts';

/** As commander names them, after their flags. */
export type FoundTaste = Partial<QueryOptions>;

/** Options of verbs that ask something of what a playbook declares. */
export function addTasteOptions(command: Command): void {
  command
    .option('-l, --limit <hosts>', limitHelp, joined)
    .option('--json', 'print one JSON object')
    .option('-f, --forks <count>', 'hosts at work at once (default: 10)', positive)
    .option('--no-color', 'never use colours');
}

export function requestOptions({
  limit,
  json = false,
  forks,
  color = true,
}: FoundTaste): QueryOptions {
  return { limit, json, forks, color };
}
