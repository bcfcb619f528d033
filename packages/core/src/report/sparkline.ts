const blocks = '▁▂▃▄▅▆▇█';

/**
 * Numbers as a row of blocks, the highest the tallest, zero the lowest; several numbers share a block where there are more
 * of them than columns.
 * @example sparkline([0, 5, 10], 60) // '▁▅█'
 */
export function sparkline(series: readonly number[], width: number): string {
  const each = Math.max(1, Math.ceil(series.length / Math.max(1, width)));
  const columns = Array.from({ length: Math.ceil(series.length / each) }, (_, index) =>
    Math.max(...series.slice(index * each, (index + 1) * each)),
  );
  const highest = Math.max(0, ...columns);
  return columns
    .map((value) => {
      const share = highest === 0 ? 0 : Math.max(0, value) / highest;
      return blocks[Math.round(share * (blocks.length - 1))];
    })
    .join('');
}
