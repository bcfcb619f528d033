import type { Verb } from '../model/event.ts';
import { runApply } from './apply-command.ts';
import type { CommandInput } from './command-input.ts';
import { showFacts } from './facts-command.ts';
import { showPlan } from './plan-command.ts';

/** The commands, each as far as its exit code. */
export const commands: Readonly<Record<Verb, (input: CommandInput) => Promise<number>>> = {
  plan: (input) => showPlan(input, 'plan'),
  verify: (input) => showPlan(input, 'verify'),
  apply: runApply,
  facts: showFacts,
};
