import type { HostwrightError } from './errors.ts';

/** What a probe found for one declaration. Absence is a finding of its own; `undefined` never means it. */
export type Reading<Observed> =
  | { readonly is: 'present'; readonly observed: Observed }
  | { readonly is: 'absent' }
  | {
      readonly is: 'unknown';
      readonly reason: string;
      /** True: what is wanted holds while it is not there, so that where nothing can bring it there is nothing to do. */
      readonly isFine?: true;
    }
  | { readonly is: 'unreadable'; readonly error: HostwrightError };

/** It exists, and this is its state. */
export function present<Observed>(observed: Observed): Reading<Observed> {
  return { is: 'present', observed };
}

/** It does not exist on the host. */
export const absent = Object.freeze({ is: 'absent' as const });

/** It cannot be seen before something else was applied, such as a unit that a package brings. */
export function unknown(reason: string): Reading<never> {
  return { is: 'unknown', reason };
}

/** The same for what is wanted to be stopped or gone: an error without anything that may bring it would be one for nothing. */
export function unknownButFine(reason: string): Reading<never> {
  return { is: 'unknown', reason, isFine: true };
}

/** Reading it failed. This is never treated as absence. */
export function unreadable(error: HostwrightError): Reading<never> {
  return { is: 'unreadable', error };
}
