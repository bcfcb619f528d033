import { renderFacts } from '../report/facts-lines.ts';
import { type CommandInput, print } from './command-input.ts';
import { exitCodeOfHosts, exitTable } from './exit-codes.ts';
import { watched } from './watched.ts';

export async function showFacts(input: CommandInput): Promise<number> {
  const { library, playbook, console, options } = input;
  const found = await watched(console, options, (settings) => library.facts(playbook, settings));
  print(input, (render) => renderFacts(found, render));
  return exitCodeOfHosts(found.hosts, exitTable.ok.code);
}
