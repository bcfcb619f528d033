import { HostwrightError } from '../model/errors.ts';
import { renderError } from '../report/error-lines.ts';
import { type Console, renderOptions, type Taste } from './console.ts';
import { placeIn } from './load-error.ts';

/** For commands whose taste is not known where they are interrupted. */
export const plain: Taste = { color: false, verbose: false };

/** Says an error that nobody waits for, with the line of the playbook that it was thrown at. */
export function sayStray(console: Console, taste: Taste, thrown: unknown): void {
  const { source, detail } = placeIn(thrown);
  const said = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  const who = detail === '' ? 'Something beside the run' : 'The playbook';
  const error = new HostwrightError('PLAYBOOK_THREW', {
    problem: `${who} threw ${said}, which nothing waits for or catches.`,
    source,
    detail,
    cause: thrown,
  });
  console.stderr.write(renderError(error.toJSON(), renderOptions(console.stderr, console, taste)));
}
