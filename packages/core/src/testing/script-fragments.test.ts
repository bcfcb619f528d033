import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { frameScript } from '../shell/frame.ts';
import { sh } from '../shell/sh.ts';
import { fragmentsIn } from './script-fragments.ts';

test('the fragments of a framed script are found again, whatever stands in them', () => {
  const texts = fc.array(fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '')));
  fc.assert(
    fc.property(texts, (values) => {
      const fragments = values.map((value) => ({
        text: sh`printf %s ${value}\nhw 0 1 ''`,
        commands: ['cat', 'id'],
        timeoutMs: 1000,
      }));
      const found = fragmentsIn(frameScript(fragments, 'Mabc'));
      expect(found.marker).toBe('Mabc');
      expect(found.fragments).toEqual(
        fragments.map(({ text }) => `{ ${text.script}\n} </dev/null`),
      );
    }),
  );
});
