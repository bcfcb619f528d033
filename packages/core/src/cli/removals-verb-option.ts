import { type Command, Option } from 'commander';
import { parseRemovals } from './removals-option.ts';

/** `--max-removals`, for verbs that plan changes. */
export function addRemovalsOption(command: Command): void {
  const removals = new Option('--max-removals <limit>', 'refuse to remove more: 5, 20%, or 5,20%');
  command.addOption(removals.argParser(parseRemovals));
}
