import type { Command } from 'commander';
import type { CompletionReport } from '../model/completion-report.ts';
import type { Verb } from '../model/event.ts';
import type { GraphFormat } from '../report/graph-text.ts';
import type { RemovalsMax } from '../run/options.ts';
import type { FleetOptions } from './fleet-options.ts';
import type { ReportOptions } from './run-reports.ts';

export interface CommandOptions extends ReportOptions, FleetOptions {
  /** Events as JSON lines on standard output. */
  readonly json: boolean;
  readonly forks: number | undefined;
  /** false: never colours. */
  readonly color: boolean;
  readonly verbose: boolean;
  /** `apply` does not ask. */
  readonly yes: boolean;
  /** `plan` saves the plan here. */
  readonly out?: string | undefined;
  /** `apply` of a saved plan takes this playbook. */
  readonly playbook?: string | undefined;
  readonly removalsMax?: RemovalsMax | undefined;
  /** Of `graph`. */
  readonly format?: GraphFormat | undefined;
}

/** Asks something of hosts, or of the inventory, and declares nothing. */
export interface HostRequest {
  readonly is: 'hosts';
  readonly verb: 'ping' | 'run' | 'inventory';
  readonly playbook: string;
  /** Names of hosts and groups; all hosts where there are none. */
  readonly hosts: readonly string[];
  /** Words of `run`. */
  readonly command: readonly string[];
  readonly options: {
    /** The whole report as one JSON object on standard output. */
    readonly json: boolean;
    readonly forks: number | undefined;
    readonly color: boolean;
    /** The words of `run` are shell text. */
    readonly shell: boolean;
    /** Seconds. */
    readonly timeout: number | undefined;
  };
}

/** What verbs share that ask something of what a playbook declares. */
export interface QueryOptions {
  readonly limit?: string | undefined;
  /** The whole report as one JSON object on standard output. */
  readonly json: boolean;
  readonly forks: number | undefined;
  readonly color: boolean;
}

/** Asks services how they are. */
export interface HealthRequest {
  readonly is: 'health';
  readonly playbook: string;
  readonly options: QueryOptions;
}

/** Does something by name; lists what there is where there is no name. */
export interface DoRequest {
  readonly is: 'do';
  readonly playbook: string;
  readonly errand: string | undefined;
  readonly given: Readonly<Record<string, string>>;
  readonly options: QueryOptions & { readonly yes: boolean };
}

export interface DoctorRequest {
  readonly is: 'doctor';
  readonly playbook: string | undefined;
  /** Names of hosts and groups; all hosts where there are none. */
  readonly hosts: readonly string[];
  readonly options: {
    readonly json: boolean;
    readonly color: boolean;
    readonly forks: number | undefined;
  };
}

export interface DocsRequest {
  readonly is: 'docs';
  readonly topic: string | undefined;
  readonly options: { readonly json: boolean; readonly color: boolean };
}

export type CompletionShell = CompletionReport['shell'];

export const completionShells: readonly CompletionShell[] = ['bash', 'zsh', 'fish'];

/** What a command line asks for. */
export type Request =
  | {
      readonly is: 'run';
      readonly verb: Verb;
      readonly playbook: string;
      /** What `why` asks for. */
      readonly resource?: string | undefined;
      readonly options: CommandOptions;
    }
  | HostRequest
  | HealthRequest
  | DoRequest
  | { readonly is: 'init'; readonly folder: string; readonly json: boolean }
  | DoctorRequest
  | DocsRequest
  | { readonly is: 'completion'; readonly shell: CompletionShell; readonly json: boolean }
  /** Asked by the script that `completion` prints; the last word is the one at the cursor. */
  | { readonly is: 'complete'; readonly words: readonly string[] }
  /** Help or version, which was asked for, or the help because nothing was. */
  | { readonly is: 'text'; readonly text: string; readonly isAnswer: boolean };

/** One word of the command line: its help, its options, and what is asked for by it. */
export interface VerbEntry {
  readonly name: string;
  /** Adds the command; `take` is called when the command line names it. */
  add(program: Command, take: (request: Request) => void): void;
}
