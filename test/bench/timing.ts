/** Milliseconds that the work took. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Cells below their titles, to the right. */
export function tableOf(titles: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const lines = [titles, ...rows].map((cells) =>
    cells.map((cell, index) => String(cell).padStart(titles[index]?.length ?? 0)).join('  '),
  );
  return `${lines.join('\n')}\n`;
}
