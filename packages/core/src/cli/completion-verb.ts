import { Argument } from 'commander';
import { type CompletionShell, completionShells, type VerbEntry } from './verb.ts';

export const completionVerb: VerbEntry = {
  name: 'completion',
  add(program, take) {
    program
      .command('completion')
      .summary('print what makes a shell complete verbs, options and files')
      .description(
        'Prints a script for the shell. It asks `hostwright` itself what fits, so it stays true after an update.',
      )
      .addArgument(new Argument('<shell>', 'the shell that reads it').choices(completionShells))
      .option('--json', 'print one JSON object')
      .addHelpText(
        'after',
        `
Examples:
  hostwright completion bash >> ~/.bashrc
  hostwright completion zsh >> ~/.zshrc
  hostwright completion fish > ~/.config/fish/completions/hostwright.fish
`,
      )
      .action((shell: CompletionShell, { json = false }: { readonly json?: boolean }) =>
        take({ is: 'completion', shell, json }),
      );
  },
};
