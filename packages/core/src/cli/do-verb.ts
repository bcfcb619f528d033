import { InvalidArgumentError } from 'commander';
import { addTasteOptions, type FoundTaste, requestOptions } from './query-options.ts';
import type { VerbEntry } from './verb.ts';

export const doVerb: VerbEntry = {
  name: 'do',
  add(program, take) {
    const command = program
      .command('do')
      .summary('do something to declared resources by name, such as flushing a queue')
      .description(
        'Looks on every host that declares the resource, shows what was found, and does it. What cannot be taken back is asked about first. Without an errand it lists all that the playbook has.',
      )
      .argument('<playbook>', 'TypeScript file whose default export is a playbook')
      .argument('[errand]', 'KIND.errand')
      .argument('[properties...]', 'what it takes: name=value');
    addTasteOptions(command);
    command
      .option('-y, --yes', 'do not ask')
      .addHelpText(
        'after',
        `
Examples:
  hostwright do site.ts                                   what can be done
  hostwright do site.ts MailQueue.list queue=deferred
  hostwright do site.ts MailQueue.flush --limit mx1
  hostwright do site.ts MailQueue.delete sender='*@spam.example'
`,
      )
      .action(
        (
          playbook: string,
          errand: string | undefined,
          words: readonly string[],
          found: FoundTaste & { readonly yes?: boolean },
        ) => {
          const given = Object.fromEntries(words.map(propertyOf));
          const options = { ...requestOptions(found), yes: found.yes ?? false };
          take({ is: 'do', playbook, errand, given, options });
        },
      );
  },
};

function propertyOf(word: string): readonly [string, string] {
  const at = word.indexOf('=');
  if (at > 0) return [word.slice(0, at), word.slice(at + 1)];
  throw new InvalidArgumentError(
    `What an errand takes is written name=value; found ${JSON.stringify(word)}.`,
  );
}
