import { apply, type Playbook } from '@hostwright/core';
import { expect } from '@jest/globals';

/** Applies, and expects that everything is as declared afterwards; where it is not, the test says what failed. */
export async function expectConverged(book: Playbook): Promise<void> {
  const { outcome } = await apply(book);
  const failed = outcome.steps.filter(({ result }) => result === 'failed');
  expect(failed.map(({ id, error }) => `${id}: ${error?.problem} ${error?.detail}`)).toEqual([]);
  expect(outcome.isConverged).toBe(true);
}
