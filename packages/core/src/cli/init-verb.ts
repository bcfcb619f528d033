import type { VerbEntry } from './verb.ts';

export const initVerb: VerbEntry = {
  name: 'init',
  add(program, take) {
    program
      .command('init')
      .summary('make a new project in a folder')
      .description(
        'Writes package.json, tsconfig.json, inventory.ts, site.ts, .gitignore and an example for CI.\nThe folder must be empty, or not there yet.',
      )
      .argument('[folder]', 'where to', '.')
      .option('--json', 'print one JSON object')
      .addHelpText(
        'after',
        '\nExamples:\n  hostwright init servers\n  cd servers && npm install && npx hostwright plan site.ts\n',
      )
      .action((folder: string, { json = false }: { readonly json?: boolean }) => {
        take({ is: 'init', folder, json });
      });
  },
};
