import type { TSchema } from 'typebox';
import type { Errand } from './errand.ts';
import type { Health } from './health.ts';
import type { FieldDiff } from './plan.ts';
import type { Reading } from './reading.ts';
import type { Sh } from './sh.ts';
import type { Way } from './way.ts';

/** What a probe fragment printed. It had exit code 0: another one is an error before `parse` is asked. */
export interface ProbeOutput {
  readonly bytes: Buffer;
  /** The same as text; invalid UTF-8 becomes U+FFFD. */
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Order edges that a type knows by itself, as tokens that other declarations of the same host may provide:
 * `package:postfix`, `path:/etc/postfix`, `user:vmail`, `unit:postfix.service`. A token that nobody provides is no edge.
 */
export interface Edges {
  /** Comes after the providers of these tokens. */
  readonly after?: readonly string[];
  /** Comes before them. */
  readonly before?: readonly string[];
  /** Comes before them, and refreshes them when it changed. */
  readonly notifies?: readonly string[];
}

/** One declaration that differs: what is wanted, what was found, and the fields between them. */
export interface Difference<Spec, Observed> {
  readonly spec: Spec;
  readonly reading: Extract<Reading<Observed>, { is: 'present' | 'absent' }>;
  readonly fields: readonly FieldDiff[];
  /** The declaration says that it may cut off the run: guards of a driver stand back. */
  readonly mayCutOff?: boolean;
}

/** A declaration that an apply would change, and the way of the run whose survival is asked for. */
export interface Threat<ProbeSpec, Observed> {
  /** What is known of the spec: all of it where the change itself is known. */
  readonly spec: ProbeSpec;
  readonly reading: Reading<Observed>;
  readonly way: Way;
  /** Another declaration of the host lets new connections like that of the run in. */
  readonly isKeptOpen: boolean;
}

/** How a host goes back by itself from a change that may shut everybody out. */
export interface WayBack {
  /** Files that are put back as they were, or removed where they were not there. */
  readonly paths: readonly string[];
  /** What makes them count again, such as a restart of sshd. Runs on the host, as the user who made the change. */
  readonly restore: Sh;
}

/** What the drivers of types that are changed have in common. */
interface ChangingDriver {
  /**
   * What no two changes of a host may use at once, by name: `accounts`, `files`. Changes of this type are made beside those of
   * other types of their layer that name none of the same. Left out: each batch of them is made alone.
   */
  readonly exclusive?: readonly string[];
}

/** How a type is read and written through a shell: text out, text back. All functions are pure. */
export interface ShellDriver<Spec, ProbeSpec, Observed> extends ChangingDriver {
  readonly via: 'shell';
  /** Commands that probe and apply need. Where one is missing, the reading is unknown until something brings it. */
  readonly commands: readonly string[];
  /** One read-only fragment for many specs. It must exit 0, write nothing, and read no standard input. */
  probe(specs: readonly ProbeSpec[]): Sh;
  /** One reading for each spec, in their order. */
  parse(output: ProbeOutput, specs: readonly ProbeSpec[]): readonly Reading<Observed>[];
  /** One fragment that makes all these changes. It must exit with another code than 0 when one of them failed. */
  apply(differences: readonly Difference<Spec, Observed>[]): Sh;
  /** Fragment run when a notifier changed: reload, restart, run. Once per run, after all notifiers. */
  refresh?(specs: readonly Spec[]): Sh;
  /** True when a change of this declaration makes its refresh unnecessary, as starting a service does. */
  isFreshAfter?(difference: Difference<Spec, Observed>): boolean;
  /**
   * True when a change or refresh of these may take minutes: it then runs on by itself on the host when the connection
   * breaks, and is found again. Costs about 0.2 s.
   */
  isLong?(specs: readonly Spec[]): boolean;
  /**
   * Given for changes that may lock people out. The way back is armed on the host as a timer before the change, and
   * taken away only when a new login, with a new become, got in after it.
   */
  wayBack?(specs: readonly Spec[]): WayBack | undefined;
  /**
   * Given where the fragment makes the host start anew: how long it may take to come back, in milliseconds. The run waits
   * for that, connects again, and goes on.
   */
  restartsHost?(specs: readonly Spec[]): number;
  /** True when a fragment failed for a reason that passes by itself, such as a mirror that did not answer: tried again. */
  isTransient?(exitCode: number, stderr: string): boolean;
  /**
   * True when a change was not made because what it was worked out from is no longer so, by what the fragment said: it is
   * read again and worked out anew, a few times.
   */
  isStale?(stderr: string): boolean;
  /** Time limits of the fragments, in milliseconds; 30 s to probe and 10 min to apply when left out. */
  readonly timeLimitsMs?: { readonly probe?: number; readonly apply?: number };
}

/** How a type is read and written whose truth is not behind a shell, such as DNS. Runs on the controller. */
export interface RemoteDriver<Spec, ProbeSpec, Observed> extends ChangingDriver {
  readonly via: 'remote';
  read(specs: readonly ProbeSpec[], signal: AbortSignal): Promise<readonly Reading<Observed>[]>;
  /** Makes all changes; one result each, undefined where it worked. */
  write(
    differences: readonly Difference<Spec, Observed>[],
    signal: AbortSignal,
  ): Promise<readonly (Error | undefined)[]>;
}

/** For a type that has health or errands, and nothing that a run would read or change: it is always as declared. */
export interface NoDriver {
  readonly via: 'nothing';
}

export type Driver<Spec, ProbeSpec, Observed> =
  | ShellDriver<Spec, ProbeSpec, Observed>
  | RemoteDriver<Spec, ProbeSpec, Observed>
  | NoDriver;

/** A resource type, complete. `defineResource` makes one and checks it. */
export interface ResourceType<Spec, ProbeSpec, Observed> {
  readonly kind: string;
  readonly schema: TSchema;
  /** Properties that name the thing. They must be plain values, because the probe needs them before any output. */
  readonly keys: readonly string[];
  /** Properties whose values may be `secret()`. */
  readonly secrets: readonly string[];
  identity(spec: ProbeSpec): string;
  /** What it claims as its own, once per host; a second claim is an error that names both lines. */
  claims(spec: ProbeSpec): readonly string[];
  /** What it owns a part of, beside others that share it; a claim on the whole is an error that names both lines. */
  shares(spec: ProbeSpec): readonly string[];
  /** Tokens that other types' edges may name. */
  provides(spec: ProbeSpec): readonly string[];
  edges(spec: ProbeSpec): Edges;
  /** Rules that a schema cannot say; each string is a problem. */
  check(spec: ProbeSpec): readonly string[];
  readonly driver: Driver<Spec, ProbeSpec, Observed>;
  /** Empty when converged. */
  diff(
    spec: Spec,
    reading: Extract<Reading<Observed>, { is: 'present' | 'absent' }>,
  ): readonly FieldDiff[];
  /**
   * What the change would take from the run itself, one sentence each, such as `It removes the user that the run logs in
   * as.` Empty when it takes nothing. Asked while planning, of changes and of what is not known yet.
   */
  threatens(threat: Threat<ProbeSpec, Observed>): readonly string[];
  /** True for a declaration that lets new connections like that of the run in. */
  keepsOpen(spec: ProbeSpec, way: Way): boolean;
  /**
   * Said where it differs when read again after a run, for a type whose fields would say too little: one sentence.
   * `isChanged`: the run changed it; otherwise it was as declared before.
   */
  readonly unsettled: ((spec: Spec, isChanged: boolean) => string) | undefined;
  /** Outputs of a declaration that exists and is converged. */
  outputs(spec: Spec, observed: Observed): Readonly<Record<string, unknown>>;
  /** Whether it is well; asked by `health` only. */
  readonly health: Health<Spec> | undefined;
  /** What can be done to it by name: `MailQueue.flush`. Never a part of an apply. */
  readonly errands: Readonly<Record<string, Errand<Spec>>>;
}

/** A resource type whose spec and observed state the engine carries from probe to apply without looking inside. */
export type AnyResourceType = ResourceType<unknown, unknown, unknown>;
