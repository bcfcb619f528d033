import { HostwrightError } from '../model/errors.ts';
import { renderError } from '../report/error-lines.ts';
import { type Console, renderOptions, type Taste } from './console.ts';
import { exitTable } from './exit-codes.ts';
import { placeIn } from './load-error.ts';
import { strayNames } from './signals.ts';

/** For commands whose taste is not known where they are interrupted. */
export const plain: Taste = { color: false, verbose: false };

/**
 * Ends the process with an error that nobody waits for, before a run or after it, where Node would print words of its own.
 * During a run `watchSignals` listens too, and lets the steps at work come to their end.
 */
export function endByStray(console: Console): void {
  for (const name of strayNames) {
    process.on(name, (thrown: unknown) => {
      if (process.listenerCount(name) > 1) return;
      sayStray(console, plain, thrown, 'Catch it where it arises, or await the promise.');
      process.exit(exitTable.failed.code);
    });
  }
}

/** Says an error that nobody waits for, with the line of the playbook that it was thrown at. */
export function sayStray(console: Console, taste: Taste, thrown: unknown, remedy?: string): void {
  const { source, detail } = placeIn(thrown);
  const said = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  const who = detail === '' ? 'Something beside the run' : 'The playbook';
  const error = new HostwrightError('PLAYBOOK_THREW', {
    problem: `${who} threw ${said}, which nothing waits for or catches.`,
    remedy,
    source,
    detail,
    cause: thrown,
  });
  console.stderr.write(renderError(error.toJSON(), renderOptions(console.stderr, console, taste)));
}
