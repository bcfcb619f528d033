import { HostwrightError } from '@hostwright/core';
import { expect, test } from '@jest/globals';
import { refuse } from './refuse.ts';

test('what is refused says where it was given', () => {
  expect(() => refuse('MAIL_SERVER_INVALID', [])).not.toThrow();
  try {
    refuse('MAIL_SERVER_INVALID', ['One.', 'Two.']);
  } catch (error) {
    expect(error).toBeInstanceOf(HostwrightError);
    expect(error).toMatchObject({ problem: 'One. Two.', source: { line: 8 } });
  }
  expect.assertions(3);
});
