import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseMailFigures } from './mail-figures.ts';

test('whatever the host prints, it is figures or an error', () => {
  const words = fc.constantFrom(
    'now',
    'queue',
    'outcome',
    'minute',
    'took',
    'reason',
    '1',
    'x',
    '\n',
    ' ',
  );
  const texts = fc.oneof(
    fc.string(),
    fc.array(words).map((all) => all.join(' ')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      try {
        expect(parseMailFigures(text).queue.total).toBeGreaterThanOrEqual(0);
      } catch (thrown) {
        expect(thrown).toMatchObject({ code: 'HEALTH_FAILED' });
      }
    }),
  );
});

test('figures of a host without mail', () => {
  const text = 'now 1790000000\nqueue 0 0 0 0 0\noutcome 0 0 0 0 0\n';
  expect(parseMailFigures(text)).toMatchObject({ now: 1_790_000_000, took: [], sent: 0 });
});
