import { asHostwrightError, type ErrorRecord, HostwrightError } from '../model/errors.ts';

/** By its form: the playbook may bring another copy of this package, and its errors with it. */
export function isHostwrightError(thrown: unknown): thrown is HostwrightError {
  if (thrown instanceof HostwrightError) return true;
  return thrown instanceof Error && thrown.name === 'HostwrightError' && 'toJSON' in thrown;
}

/** Anything thrown, as data that reports and exit codes are made of. */
export function errorRecord(thrown: unknown): ErrorRecord {
  return isHostwrightError(thrown) ? thrown.toJSON() : asHostwrightError(thrown).toJSON();
}
