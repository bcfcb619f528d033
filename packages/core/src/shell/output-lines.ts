/** Longest line kept; a progress bar without line ends must not grow without bound. */
const lineCharactersMax = 4096;

/**
 * Whole lines out of chunks, decoded across chunk borders, without the frame lines of the batch. Whole, because a
 * secret that is cut in two by a border could not be recognised and hidden.
 */
export function outputLines(
  marker: string,
  onLine: (line: string) => void,
): (chunk: Buffer) => void {
  const decoder = new TextDecoder();
  let rest = '';
  return (chunk) => {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = (lines.pop() ?? '').slice(-lineCharactersMax);
    for (const line of lines) {
      const frame = line.indexOf(marker);
      const text = frame < 0 ? line : line.slice(0, frame);
      if (text !== '') onLine(text);
    }
  };
}
