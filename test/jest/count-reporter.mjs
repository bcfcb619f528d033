import { writeFileSync } from 'node:fs';

/**
 * Writes what one Jest run counted to the file named by HOSTWRIGHT_COUNTS, so that several runs can be added up. A test
 * file that could not even be loaded counts as one failed test: nobody knows how many it holds.
 */
export default class CountReporter {
  onRunComplete(_contexts, results) {
    const path = process.env.HOSTWRIGHT_COUNTS;
    if (!path) return;
    const counts = {
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    };
    writeFileSync(path, JSON.stringify(counts));
  }
}
