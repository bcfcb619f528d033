import type { Verb } from '../model/event.ts';
import { renderError } from '../report/error-lines.ts';
import { renderFacts } from '../report/facts-lines.ts';
import { renderGraph } from '../report/graph-text.ts';
import { renderPlan } from '../report/plan-lines.ts';
import { renderWhy } from '../report/why-lines.ts';
import { runApply } from './apply-command.ts';
import { type CommandInput, print } from './command-input.ts';
import { renderOptions } from './console.ts';
import { exitCodeOfHosts, exitCodeOfPlan, exitTable } from './exit-codes.ts';
import { writePlanFile } from './plan-file.ts';
import { watched } from './watched.ts';

/** The commands, each as far as its exit code. */
export const commands: Readonly<Record<Verb, (input: CommandInput) => Promise<number>>> = {
  plan: (input) => showPlan(input, 'plan'),
  verify: (input) => showPlan(input, 'verify'),
  apply: runApply,
  facts: showFacts,
  graph: showGraph,
  why: showWhy,
};

async function showPlan(input: CommandInput, verb: 'plan' | 'verify'): Promise<number> {
  const { library, playbook, console, options } = input;
  const { plan } = await watched(console, options, (settings) => library[verb](playbook, settings));
  print(input, (render) => renderPlan(plan, { ...render, verb }));
  if (options.out !== undefined) writePlanFile(options.out, plan, input.path);
  return exitCodeOfPlan(plan);
}

async function showFacts(input: CommandInput): Promise<number> {
  const { library, playbook, console, options } = input;
  const found = await watched(console, options, (settings) => library.facts(playbook, settings));
  print(input, (render) => renderFacts(found, render));
  return exitCodeOfHosts(found.hosts, exitTable.ok.code);
}

async function showGraph(input: CommandInput): Promise<number> {
  const { library, playbook, console, options } = input;
  const found = await watched(console, options, (settings) => library.graph(playbook, settings));
  const { format } = options;
  print(input, () => renderGraph(found.graph, format === undefined ? {} : { format }));
  if (!options.json) {
    const render = renderOptions(console.stderr, console, options);
    for (const { error } of found.graph.unreachable) {
      console.stderr.write(renderError(error, render));
    }
  }
  return exitCodeOfHosts(found.hosts, exitTable.ok.code);
}

async function showWhy(input: CommandInput): Promise<number> {
  const { library, playbook, console, options, resource = '' } = input;
  const found = await watched(console, options, (settings) =>
    library.why(playbook, resource, settings),
  );
  print(input, (render) => renderWhy(found, render));
  return exitTable.ok.code;
}
