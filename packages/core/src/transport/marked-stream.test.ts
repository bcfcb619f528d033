import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MarkedStream } from './marked-stream.ts';

const limit = 1024 * 1024;

test('what comes before the script and the marks around it are cut off', () => {
  const stream = new MarkedStream(limit);
  expect(stream.push(Buffer.from('Welcome to mx1\nhostwright-re')).length).toBe(0);
  expect(stream.pid).toBeUndefined();
  expect(String(stream.push(Buffer.from('ady:42\nhello')))).toBe('hello');
  expect(String(stream.push(Buffer.from('\nhostwright-en')))).toBe('\n');
  expect(stream.isEnded).toBe(false);
  expect(stream.push(Buffer.from('d:42:0\n')).length).toBe(0);
  expect(stream.isEnded).toBe(true);
  expect([String(stream.finish()), stream.preamble, stream.pid]).toEqual([
    'hello\n',
    'Welcome to mx1\n',
    42,
  ]);
});

test('a mark with another process id belongs to the script', () => {
  const stream = new MarkedStream(limit);
  stream.push(Buffer.from('hostwright-ready:42\nhostwright-end:43:0\nhostwright-end:42:9'));
  expect(stream.isEnded).toBe(false);
  stream.push(Buffer.from('\n'));
  expect([stream.isEnded, String(stream.finish())]).toEqual([true, 'hostwright-end:43:0\n']);
});

test('a trailer that a background child wrote behind is cut out', () => {
  const stream = new MarkedStream(limit);
  stream.push(Buffer.from('hostwright-ready:42\nahostwright-end:42:0\nlate'));
  expect([stream.isEnded, String(stream.finish())]).toEqual([false, 'alate']);
});

test('more than the limit is dropped, and said', () => {
  const stream = new MarkedStream(10);
  stream.push(Buffer.from('hostwright-ready:1\n0123456789'));
  expect(stream.isTooLarge).toBe(false);
  stream.push(Buffer.from('x'));
  expect([stream.isTooLarge, stream.finish().length]).toEqual([true, 0]);
});

test('any bytes in any pieces come out as they went in', () => {
  const near = fc.constantFrom(
    'hostwright-end:7:',
    'hostwright-end:7:0',
    'h',
    '\n',
    'hostwright-ready:7\n',
  );
  const part = fc.oneof(
    fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
    near.map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(fc.array(part), fc.array(fc.nat({ max: 40 })), (parts, cuts) => {
      const body = Buffer.concat(parts);
      const stream = new MarkedStream(limit);
      const wire = Buffer.concat([
        Buffer.from('noise\nhostwright-ready:7\n'),
        body,
        Buffer.from('hostwright-end:7:3\n'),
      ]);
      const shown: Buffer[] = [];
      let at = 0;
      for (const cut of cuts) {
        shown.push(stream.push(wire.subarray(at, at + cut)));
        at = Math.min(wire.length, at + cut);
      }
      shown.push(stream.push(wire.subarray(at)));
      expect(stream.isEnded).toBe(true);
      expect(stream.finish().equals(body)).toBe(true);
      expect(Buffer.concat(shown).equals(body)).toBe(true);
    }),
  );
});
