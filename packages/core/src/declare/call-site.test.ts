import { expect, test } from '@jest/globals';
import { callSite } from './call-site.ts';

const here = expect.stringMatching(/call-site\.test\.ts$/);

test('the line of the user is the innermost one outside of Hostwright', () => {
  expect(callSite()).toEqual({ file: here, line: 7 });
});

test('it is found in a callback and behind an await', async () => {
  await Promise.resolve();
  expect(callSite()).toMatchObject({ file: here });
  expect([1].map(() => callSite())).toMatchObject([{ file: here }]);
});

test("frames of Node are nobody's line", async () => {
  const found = Promise.resolve().then(callSite);
  // Nobody waits for it yet, so that V8 adds no frame of this test.
  await new Promise((resolve) => setImmediate(resolve));
  expect(await found).toBeUndefined();
});
