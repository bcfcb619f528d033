/**
 * Control sequences a terminal would obey, whole: CSI, OSC and the other strings up to their terminator, and two-byte
 * escapes. Source: ECMA-48 §5.4 and §8.3, xterm's ctlseqs. An unterminated string ends at the end of the text.
 */
const controlSequences =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[\s\S]*?(?:\x07|\x1b\\|\x9c|$)|\x1b[ -/]*[0-~]/g;

/** Removes what colours, moves or retitles a terminal. For output of commands, where it is only decoration. */
export function stripControlSequences(text: string): string {
  return text.replaceAll(controlSequences, '');
}

/**
 * Characters that are not shown as themselves: controls, line separators, lone surrogates, and those that change the
 * direction of text or have no width, so that a value cannot look like another one ("Trojan Source", CVE-2021-42574).
 */
const invisible =
  /[\p{Control}\p{Surrogate}\u2028\u2029\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** One line of text in which every character can be seen: a terminal obeys nothing in it. */
export function visibleText(text: string): string {
  return text.replaceAll(invisible, (character) => named[character] ?? escaped(character));
}

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  const hex = code.toString(16);
  return code < 256 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`;
}
