import { renderPlan } from '../report/plan-lines.ts';
import { type CommandInput, print } from './command-input.ts';
import { exitCodeOfPlan } from './exit-codes.ts';
import { watched } from './watched.ts';

/** `plan`, and `verify`, which is a plan that asks what drifted. */
export async function showPlan(input: CommandInput, verb: 'plan' | 'verify'): Promise<number> {
  const { library, playbook, console, options } = input;
  const { plan } = await watched(console, options, (settings) => library[verb](playbook, settings));
  print(input, (render) => renderPlan(plan, { ...render, verb }));
  return exitCodeOfPlan(plan);
}
