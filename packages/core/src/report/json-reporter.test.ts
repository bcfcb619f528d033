import { expect, test } from '@jest/globals';
import { sampleEvent } from '../testing/sample-run.ts';
import { jsonReporter } from './json-reporter.ts';

test('one event is one line, whatever it carries', () => {
  let text = '';
  const event = sampleEvent(1, { type: 'warning', text: 'two\nlines \u2028 \x1b[31m' });
  jsonReporter({ write: (more) => (text += more) }).onEvent(event);
  expect(text.split('\n')).toHaveLength(2);
  expect(JSON.parse(text)).toEqual(event);
});
