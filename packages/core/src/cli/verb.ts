import type { Command } from 'commander';
import type { Verb } from '../model/event.ts';
import type { ReportOptions } from './run-reports.ts';

export interface CommandOptions extends ReportOptions {
  /** Events as JSON lines on standard output. */
  readonly json: boolean;
  readonly forks: number | undefined;
  /** false: never colours. */
  readonly color: boolean;
  readonly verbose: boolean;
  /** `apply` does not ask. */
  readonly yes: boolean;
}

/** What a command line asks for. */
export type Request =
  | {
      readonly is: 'run';
      readonly verb: Verb;
      readonly playbook: string;
      readonly options: CommandOptions;
    }
  /** Help or version, which was asked for, or the help because nothing was. */
  | { readonly is: 'text'; readonly text: string; readonly isAnswer: boolean };

/** One word of the command line: its help, its options, and what is asked for by it. */
export interface VerbEntry {
  readonly name: string;
  /** Adds the command; `take` is called when the command line names it. */
  add(program: Command, take: (request: Request) => void): void;
}
