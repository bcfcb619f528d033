import type { VerbEntry } from './verb.ts';

/** What the scripts of `completion` call: `hostwright complete -- plan --fo`. No help shows it. */
export const completeVerb: VerbEntry = {
  name: 'complete',
  add(program, take) {
    program
      .command('complete', { hidden: true })
      .argument('[words...]')
      .action((words: readonly string[]) => take({ is: 'complete', words }));
  },
};
