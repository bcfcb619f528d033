import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { RunEvent } from '../model/event.ts';
import { jsonLine } from '../report/json-reporter.ts';

/** A file that knows how far a run came, also when nothing is left of the run. */
export interface Journal {
  readonly onEvent: (event: RunEvent) => void;
  /** Throws the first thing that went wrong: a run is not broken off for its journal. */
  readonly close: () => void;
}

/** What steps print is shown, and is no part of what happened. */
const leftOut: ReadonlySet<RunEvent['type']> = new Set(['step.output']);

/**
 * Opens a file to which each event of a run is appended as one line of JSON, and is on the disk before the run goes on:
 * after a crash or a power cut it ends with what was begun last. Nothing that stands in it is ever written over. Events
 * carry no secrets, and the file is for its owner only.
 *
 * Errors: those of the file system, where it cannot be opened.
 */
export function openJournal(path: string): Journal {
  mkdirSync(dirname(resolve(path)), { recursive: true });
  const file = openSync(path, 'a', 0o600);
  const problems: unknown[] = [];
  return {
    onEvent(event) {
      if (leftOut.has(event.type)) return;
      try {
        writeSync(file, jsonLine(event));
        fsyncSync(file);
      } catch (problem) {
        problems.push(problem);
      }
    },
    close() {
      closeSync(file);
      if (problems.length > 0) throw problems[0];
    },
  };
}
