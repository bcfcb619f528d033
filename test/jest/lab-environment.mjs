import { TestEnvironment } from 'jest-environment-node';

/** Real hosts install real packages: five seconds, the default, say nothing about them. */
const testTimeoutMs = 5 * 60 * 1000;

/**
 * Environment of the project `lab`: where the sandbox cannot boot, every test counts as skipped, and no hook runs.
 * HOSTWRIGHT_LAB_MISSING holds the reason; scripts/bootstrap.mjs sets it after it has looked.
 */
export default class LabEnvironment extends TestEnvironment {
  async handleTestEvent(event, state) {
    if (event.name === 'setup') state.testTimeout = testTimeoutMs;
    if (event.name === 'run_start' && isSandboxOff()) skipAll(state.rootDescribeBlock);
  }
}

function isSandboxOff() {
  return process.env.HOSTWRIGHT_LAB === 'off' || Boolean(process.env.HOSTWRIGHT_LAB_MISSING);
}

function skipAll(block) {
  for (const child of block.children) {
    if (child.type === 'test') child.mode = 'skip';
    else skipAll(child);
  }
}
