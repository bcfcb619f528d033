import type { Plan } from '../model/plan.ts';
import type { Playbook } from '../model/playbook.ts';
import type { RenderOptions } from '../report/layout.ts';
import { type Console, renderOptions } from './console.ts';
import type { Library } from './library.ts';
import type { CommandOptions } from './verb.ts';

/** What every command is given. */
export interface CommandInput {
  readonly console: Console;
  readonly options: CommandOptions;
  readonly library: Library;
  readonly playbook: Playbook;
  /** Path of the playbook. */
  readonly path: string;
  /** The plan that `apply` was given in place of a playbook. */
  readonly saved?: Plan | undefined;
  /** What `why` asks for. */
  readonly resource?: string | undefined;
}

/** Results for people go to standard output; with --json the events are the result. */
export function print(
  { console, options }: CommandInput,
  text: (render: RenderOptions) => string,
): void {
  if (options.json) return;
  console.stdout.write(text(renderOptions(console.stdout, console, options)));
}
