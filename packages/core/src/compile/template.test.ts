import { expect, test } from '@jest/globals';
import { Expression } from '../model/expression.ts';
import { reveal, Secret, secret } from '../model/secret.ts';
import { renderTemplate, type TemplateVars } from './template.ts';

function render(text: string, vars: TemplateVars): unknown {
  return renderTemplate({ name: 'a.hbs', text }, vars);
}

test('nothing is escaped and every byte outside of braces is kept', () => {
  const text = '{{{a}}}|{{a}}\r\n\t\\{{b}} {{n}}{{f}}';
  expect(render(text, { a: `<&>"'`, n: 0, f: false })).toBe(`<&>"'|<&>"'\r\n\t{{b}} 0false`);
});

test.each([
  ['{{a}}\n{{b}}', 'line 2 uses b, which'],
  ['{{a.b.c}}', 'line 1 uses c, which'],
  ['x\n  {{#each list}}{{this}}{{/each}}', 'line 2 uses list, which'],
  ['{{#with some.thing}}{{/with}}', 'line 1 uses some.thing, which'],
  ['{{#each xs}}{{name}}{{/each}}', 'line 1 uses name, which'],
  ['{{u}}', 'line 1 uses u, which'],
  ['{{o}}', 'vars.o is an object, which has no text.'],
  ['{{#if a}}', 'cannot be parsed'],
  ['{{log a}}', 'log'],
  ['{{> other}}', 'The partial other could not be found.'],
])('%j is refused: %s', (text, reason) => {
  const vars = { a: {}, xs: [{}], u: undefined, o: { p: 1 } };
  expect(() => render(text, vars)).toThrow(
    expect.objectContaining({ code: 'TEMPLATE_INVALID', problem: expect.stringContaining(reason) }),
  );
});

test('a condition may ask for what is not there', () => {
  const text = '{{#if tls}}on{{else}}off{{/if}}{{#unless tls}}!{{/unless}}';
  expect(render(text, {})).toBe('off!');
  expect(render(text, { tls: 1 })).toBe('on');
});

test('lists are written out, with separators', () => {
  const text = '{{#each a}}{{this}}{{#unless @last}}, {{/unless}}{{/each}}';
  expect(render(text, { a: [1, 2] })).toBe('1, 2');
});

test('the text is secret when a variable is', () => {
  const content = render('pw={{pw}}', { pw: secret('s3') });
  expect(content).toBeInstanceOf(Secret);
  expect(`${String(content)}${JSON.stringify(content)}`).not.toContain('s3');
  expect(reveal(content as Secret)).toBe('pw=s3');
});

test('the text is an output when a variable is', () => {
  const reference = { declaration: { kind: 'K' } as never, field: 'f', host: undefined };
  const out = new Expression([reference], (read) => read(reference));
  const content = render('{{a}} {{o.x}}', { a: 1, o: { x: out } });
  expect(content).toBeInstanceOf(Expression);
  expect((content as Expression<string>).references).toEqual([reference]);
  expect((content as Expression<string>).evaluate(() => 'known')).toBe('1 known');
});
