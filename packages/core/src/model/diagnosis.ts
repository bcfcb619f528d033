/** What `doctor` looks at, in the order of its report. */
export type FindingSubject =
  | 'node'
  | 'package'
  | 'ssh'
  | 'agent'
  | 'keys'
  | 'known_hosts'
  | 'playbook'
  | 'host';

/** One thing that was looked at, on this machine or on a host. */
export interface Finding {
  readonly about: FindingSubject;
  /** `warning`: it works, and may surprise. `problem`: a run would fail. */
  readonly is: 'ok' | 'warning' | 'problem';
  /** A sentence. */
  readonly text: string;
  /** What to do. */
  readonly remedy?: string;
  /** Which host, where one was asked. */
  readonly host?: string;
}

/** What `hostwright doctor --json` prints. Fields and subjects may be added within a version. */
export interface DoctorReport {
  readonly version: 1;
  /** false: at least one finding is a problem. */
  readonly isHealthy: boolean;
  readonly findings: readonly Finding[];
}
