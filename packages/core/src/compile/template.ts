import Handlebars from 'handlebars';
import { HostwrightError, messageOf } from '../model/errors.ts';
import { Expression } from '../model/expression.ts';
import { containsSecret, reveal, Secret } from '../model/secret.ts';
import { referencesIn, withExpressions } from '../model/spec.ts';

/** Variables of a template: plain values, secrets and outputs, as deep as the template reads them. */
export type TemplateVars = Readonly<Record<string, unknown>>;

/** Text of a template, with the name that its errors give it. */
export interface TemplateText {
  readonly name: string;
  readonly text: string;
}

type Content = string | Secret;

/**
 * Renders a Handlebars template. Nothing is escaped, since the result is a configuration file and no web page. The
 * text is secret when a variable is, and an output when a variable is one.
 *
 * Errors: TEMPLATE_INVALID, which names the line, for a variable that is not there, for one that is no text, and for a
 * template that cannot be parsed. `{{#if x}}` and `{{#unless x}}` may ask for a variable that is not there.
 *
 * @example renderTemplate({ name: 'motd', text: 'This is {{name}}.\n' }, { name: 'mx1' }) // 'This is mx1.\n'
 */
export function renderTemplate(
  template: TemplateText,
  vars: TemplateVars,
): Content | Expression<Content> {
  const references = referencesIn(vars);
  if (references.length === 0) return renderKnown(template, vars);
  return new Expression(references, (read) => {
    const known = withExpressions(vars, (expression) => expression.evaluate(read));
    return renderKnown(template, known as TemplateVars);
  });
}

function renderKnown({ name, text }: TemplateText, vars: TemplateVars): Content {
  try {
    const options = { strict: true, noEscape: true, knownHelpers: { log: false } };
    const content = environment(text).compile(text, options)(printable(vars, 'vars'));
    const misused = objectMark.exec(content)?.[1];
    if (misused !== undefined) throw new TypeError(`${misused} is an object, which has no text.`);
    return containsSecret(vars) ? new Secret(content) : content;
  } catch (thrown) {
    throw new HostwrightError('TEMPLATE_INVALID', {
      problem: `The template ${name} could not be rendered: ${reasonOf(thrown, text)}`,
      ...(isParseError(thrown) ? { detail: thrown.message } : {}),
    });
  }
}

/** Handlebars' own helpers, without `log`, which prints, and with loops that refuse what is not there. */
function environment(text: string): typeof Handlebars {
  const handlebars = Handlebars.create();
  handlebars.unregisterHelper('log');
  for (const name of ['each', 'with']) {
    const original = handlebars.helpers[name];
    handlebars.registerHelper(name, function helper(this: unknown, value, options) {
      if (value === undefined) throw missingInBlock(name, text, options);
      return original?.call(this, value, options);
    });
  }
  return handlebars;
}

/** What a helper learns of its place in the template; the published types leave it out. */
interface HelperPlace {
  readonly loc?: { readonly start?: { readonly line: number; readonly column: number } };
}

function missingInBlock(name: string, text: string, place: HelperPlace): Error {
  const start = place.loc?.start ?? { line: 1, column: 0 };
  const block = text.split('\n')[start.line - 1]?.slice(start.column) ?? '';
  const variable = /^\{\{~?#\s*\w+\s+([^\s}~]+)/.exec(block)?.[1] ?? name;
  return new TypeError(`"${variable}" not defined in vars - ${start.line}:${start.column}`);
}

/** "x" not defined in [object Object] - 3:5 */
const missingPattern = /^"([^"]*)" not defined in .* - (\d+):\d+$/s;

/** V8's words for `a.b` where there is no `a`, which Handlebars passes on from conditions and loops. */
const brokenPathPattern = /^Cannot read properties of (?:undefined|null) \(reading '(.*)'\)$/;

function reasonOf(thrown: unknown, text: string): string {
  const message = messageOf(thrown);
  const missing = missingPattern.exec(message);
  if (missing !== null) return `line ${missing[2]} uses ${missing[1]}, which vars does not have.`;
  const last = brokenPathPattern.exec(message)?.[1];
  if (last !== undefined) return brokenPath(last, text);
  if (isParseError(thrown)) return 'it cannot be parsed.';
  return `${message.split('\n')[0]}.`.replace('..', '.');
}

function brokenPath(last: string, text: string): string {
  const paths = [...text.matchAll(/[\w@/.-]+\.([\w-]+)/g)].filter((match) => match[1] === last);
  const [first] = paths;
  if (first === undefined) return `it uses ${last} of something that vars does not have.`;
  const line = text.slice(0, first.index).split('\n').length;
  return `line ${line} uses ${first[0]}, which vars does not have.`;
}

function isParseError(thrown: unknown): thrown is Error {
  return thrown instanceof Error && thrown.message.startsWith('Parse error');
}

/** What an object prints in place of `[object Object]`, so that it is found in the result. */
const objectMark = /\0object (.*?)\0/;

/**
 * A copy that a template may print: secrets as their text, without what is undefined, so that it counts as missing,
 * and with objects that leave a mark where they are used as text.
 */
function printable(value: unknown, path: string): unknown {
  if (value instanceof Secret) return reveal(value);
  if (Array.isArray(value)) return value.map((part, index) => printable(part, `${path}.${index}`));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  const copy = entries.map(([name, part]) => [name, printable(part, `${path}.${name}`)]);
  const asText = { value: () => `\0object ${path}\0`, enumerable: false };
  return Object.defineProperty(Object.fromEntries(copy), 'toString', asText);
}
