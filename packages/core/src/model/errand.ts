import type { TSchema } from 'typebox';
import type { Json } from './json.ts';
import type { Sh } from './sh.ts';

/** What an errand found, and what it would do about it. */
export interface ErrandFinding {
  /** For people, a line each. */
  readonly lines: readonly string[];
  /** The same for programs. */
  readonly value: Json;
  /** What is done, once it is agreed to. Left out: nothing, as the errand only looks, or found nothing to do. */
  readonly act?: Sh;
}

/**
 * Something that is done to what a resource type declares because somebody asks for it by name, and never as a part of
 * an apply: looks, says what it would do, and does it. All functions are pure.
 */
export interface Errand<Spec, Arguments = unknown> {
  /** For the help: one sentence. */
  readonly summary: string;
  /** What it takes: closed, each property described. Numbers and booleans are read from the words of a command line. */
  readonly schema: TSchema;
  /** True: what it does cannot be taken back, so that people are asked first. */
  readonly isFinal: boolean;
  /** Commands that it needs. */
  readonly commands: readonly string[];
  /** How long what it does may take, in milliseconds; 60000 when left out. Looking has 60000 always. */
  readonly timeoutMs?: number;
  /** Read-only. */
  look(spec: Spec, given: Arguments): Sh;
  /** Throws a HostwrightError for what cannot be read. */
  find(stdout: string, given: Arguments, spec: Spec): ErrandFinding;
}
