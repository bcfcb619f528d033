/** Longest line that is shown. Characters. */
const lineCharactersMax = 65_536;

/**
 * Whole lines out of chunks, decoded across chunk borders, without the frame lines of the batch. Whole, because a
 * secret that is cut in two by a border could not be recognised and hidden. So a line that is too long is not cut but
 * left out; of a progress bar, which returns to the beginning of its line, the last state is kept.
 */
export function outputLines(
  marker: string,
  onLine: (line: string) => void,
): (chunk: Buffer) => void {
  const decoder = new TextDecoder();
  let rest = '';
  let isTooLong = false;
  return (chunk) => {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const frame = line.indexOf(marker);
      const text = isTooLong ? tooLong : frame < 0 ? line : line.slice(0, frame);
      isTooLong = false;
      if (text !== '') onLine(text);
    }
    if (rest.length <= lineCharactersMax) return;
    rest = rest.slice(rest.lastIndexOf('\r') + 1);
    if (rest.length <= lineCharactersMax) return;
    rest = '';
    isTooLong = true;
  };
}

const tooLong = `(a line of more than ${lineCharactersMax} characters)`;
