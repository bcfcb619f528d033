import type { Verb } from '../model/event.ts';
import { renderFacts } from '../report/facts-lines.ts';
import { renderPlan } from '../report/plan-lines.ts';
import { runApply } from './apply-command.ts';
import { type CommandInput, print } from './command-input.ts';
import { exitCodeOfHosts, exitCodeOfPlan, exitTable } from './exit-codes.ts';
import { writePlanFile } from './plan-file.ts';
import { watched } from './watched.ts';

/** The commands, each as far as its exit code. */
export const commands: Readonly<Record<Verb, (input: CommandInput) => Promise<number>>> = {
  plan: (input) => showPlan(input, 'plan'),
  verify: (input) => showPlan(input, 'verify'),
  apply: runApply,
  facts: showFacts,
};

async function showPlan(input: CommandInput, verb: 'plan' | 'verify'): Promise<number> {
  const { library, playbook, console, options } = input;
  const { plan } = await watched(console, options, (settings) => library[verb](playbook, settings));
  if (options.out !== undefined) writePlanFile(options.out, plan, input.path);
  print(input, (render) => renderPlan(plan, { ...render, verb }));
  return exitCodeOfPlan(plan);
}

async function showFacts(input: CommandInput): Promise<number> {
  const { library, playbook, console, options } = input;
  const found = await watched(console, options, (settings) => library.facts(playbook, settings));
  print(input, (render) => renderFacts(found, render));
  return exitCodeOfHosts(found.hosts, exitTable.ok.code);
}
