import type { Lab, LabHost } from '../../lab/lab.ts';

/** The hosts to look after, and an empty folder to write down how. */
export interface Task {
  readonly lab: Lab;
  readonly hosts: readonly LabHost[];
  readonly folder: string;
}

/** A tool that can make small hosts of hosts. */
export interface Tool {
  readonly name: string;
  /** Says its version, and is there when it does. */
  readonly version: readonly string[];
  /** Writes what the tool has to know of the small host into the folder, in which its command then runs. */
  prepare(task: Task): void;
  command(task: Task): readonly string[];
  /** Variables beside those of this process. */
  environment(task: Task): Readonly<Record<string, string>>;
  /** What the command prints where it changed something, or could not. */
  readonly differs: RegExp;
}
