/** Tells the person at the terminal what is happening, one line a step. */
export type Say = (line: string) => void;

/** Lines on standard error with the time since the first one, because standard output belongs to the data. */
export function sayOnStderr(): Say {
  const startedAt = performance.now();
  return (line) => {
    const elapsed = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(6);
    process.stderr.write(`${elapsed} s  ${line}\n`);
  };
}

export const sayNothing: Say = () => undefined;
