import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestEnvironment } from 'jest-environment-node';

/**
 * Environment of tests that apply to this machine: each file has a state folder of its own, as runs hold the machine
 * that they change and files are tested side by side.
 */
export default class StateEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    this.folder = mkdtempSync(join(tmpdir(), 'hostwright-state-'));
    // Of the real process: child processes are given this one, not the copy that a test sees.
    process.env.HOSTWRIGHT_STATE_FOLDER = this.folder;
    this.global.process.env.HOSTWRIGHT_STATE_FOLDER = this.folder;
  }

  async teardown() {
    rmSync(this.folder, { recursive: true, force: true });
    await super.teardown();
  }
}
