import { type ErrorRecord, HostwrightError } from '../model/errors.ts';
import { formatSource } from '../model/source.ts';
import { wrapToWidth } from './display-width.ts';
import { type Layout, layoutOf, type RenderOptions } from './layout.ts';
import { type Line, line, paint, span } from './styled-line.ts';
import { stripControlSequences, visibleText } from './visible-text.ts';

/**
 * An error for a tired person: where and what, what to do, and what the command said.
 * @example
 * ✘ mx1 Service[dovecot] (mail.ts:40): The command failed with exit code 1.
 *   → The detail shows what the command said. Correct the cause and run again.
 *   │ Job for dovecot.service failed because the control process exited with error code.
 */
export function renderError(
  error: ErrorRecord | HostwrightError,
  options: RenderOptions = {},
): string {
  const record = error instanceof HostwrightError ? error.toJSON() : error;
  return paint(errorLines(record, layoutOf(options)), options.isColor ?? false);
}

export function errorLines(error: ErrorRecord, layout: Layout): readonly Line[] {
  const [first = [], ...rest] = errorBody(error, { ...layout, width: layout.width - 2 }, true);
  return [line(span('✘ ', 'bad'), ...first), ...rest.map((styled) => line('  ', ...styled))];
}

/** The same without its sign; the place is left out where it is said above already. */
export function errorBody(
  error: ErrorRecord,
  layout: Layout,
  isPlaceShown = false,
): readonly Line[] {
  const place = isPlaceShown ? placeOf(error) : '';
  const [head = '', ...more] = wrapToWidth(visibleText(`${place}${error.problem}`), layout.width);
  return [
    line(span(head.slice(0, place.length), 'strong'), head.slice(place.length)),
    ...more.map((text) => line(text)),
    ...remedyLines(error, layout),
    ...detailLines(error),
  ];
}

/** `mx1 Package[postfix] (mail.ts:12): `, as far as that is known. */
function placeOf({ host, resource, source }: ErrorRecord): string {
  const names = [host, resource].filter((part) => part !== undefined).join(' ');
  if (source === undefined) return names === '' ? '' : visibleText(`${names}: `);
  const where = formatSource(source);
  return visibleText(names === '' ? `${where}: ` : `${names} (${where}): `);
}

function remedyLines({ remedy, code }: ErrorRecord, { width }: Layout): readonly Line[] {
  const name = `[${code}]`;
  const texts = wrapToWidth(visibleText(`${remedy} ${name}`), width - 2);
  return texts.map((text, index) => {
    const isLast = index === texts.length - 1;
    const said = isLast ? text.slice(0, -name.length) : text;
    return line(span(index === 0 ? '→ ' : '  ', 'refresh'), said, span(isLast ? name : '', 'dim'));
  });
}

function detailLines({ detail }: ErrorRecord): readonly Line[] {
  if (detail === undefined || detail.trim() === '') return [];
  const texts = stripControlSequences(detail).trimEnd().split('\n');
  return texts.map((text) => {
    const shown = text.replace(/\r$/, '').replaceAll('\t', '    ');
    return line(span('│ ', 'dim'), span(shown, 'dim'));
  });
}
