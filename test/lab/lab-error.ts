/** What went wrong with the sandbox itself, as a sentence with the remedy; never a fault of the code under test. */
export class LabError extends Error {
  constructor(problem: string, detail = '') {
    const lines = detail.trimEnd().split('\n').slice(-detailLinesMax);
    super(detail === '' ? problem : `${problem}\n${lines.map((line) => `  ${line}`).join('\n')}`);
    this.name = 'LabError';
  }
}

/** The last lines of a log say what failed; the rest is scrolling. */
const detailLinesMax = 20;
