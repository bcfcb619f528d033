import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab, LabHost } from '../lab/lab.ts';
import { runCommand } from '../lab/run-command.ts';
import { stateDir } from '../lab/state-dir.ts';
import { bootBenchHosts } from './boot-bench-hosts.ts';
import { median, tableOf, timed } from './timing.ts';
import { ansible, mitogen } from './tools/ansible.ts';
import { bundlewrap } from './tools/bundlewrap.ts';
import { hostwright } from './tools/hostwright.ts';
import type { Task, Tool } from './tools/tool.ts';

const roundsCounted = 3;

/**
 * The same converged hosts looked after by Hostwright and by the other tools that are installed here: whole commands in turn, each from
 * the start of its process to the end. Every run has to say that nothing differed.
 */
export async function measureBesideOthers(): Promise<void> {
  const tools = await installed([hostwright, ansible, mitogen, bundlewrap]);
  await using lab = await bootBenchHosts();
  process.stderr.write('Installing what Ansible needs on the hosts.\n');
  await Promise.all(lab.hosts.map((host) => host.exec(pythonScript)));
  const folder = await mkdtemp(join(stateDir().root, 'bench-'));
  try {
    const rows: (readonly unknown[])[] = [];
    for (const count of [1, 10]) {
      rows.push([count, ...(await measure(tools, lab, lab.hosts.slice(0, count), folder))]);
    }
    const [first, ...others] = tools.map(({ name }) => name);
    const titles = ['hosts', first ?? '', ...others.flatMap((name) => [name, 'times'])];
    process.stdout.write(`Whole commands on converged hosts, median of ${roundsCounted}, s\n`);
    process.stdout.write(tableOf(titles, rows));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const pythonScript =
  'apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends cron python3 python3-apt';

async function installed(tools: readonly Tool[]): Promise<readonly Tool[]> {
  const there: Tool[] = [];
  for (const tool of tools) {
    const [program = '', ...words] = tool.version;
    const said = await runCommand(program, words).catch(() => undefined);
    const version = said?.exitCode === 0 ? said.stdout.split('\n')[0] : 'not installed';
    process.stderr.write(`${tool.name}: ${version}\n`);
    if (said?.exitCode === 0) there.push(tool);
  }
  return there;
}

async function measure(
  tools: readonly Tool[],
  lab: Lab,
  hosts: readonly LabHost[],
  folder: string,
): Promise<readonly string[]> {
  const times = new Map<Tool, number[]>(tools.map((tool) => [tool, []]));
  // The first round changes hosts, or fills caches, and does not count.
  for (let round = 0; round <= roundsCounted; round += 1) {
    for (const tool of tools) {
      const own = join(folder, tool.name);
      await mkdir(own, { recursive: true });
      const ms = await timed(() => runOnce(tool, { lab, hosts, folder: own }, round > 0));
      if (round > 0) times.get(tool)?.push(ms);
      process.stderr.write(
        `${hosts.length} hosts, round ${round}, ${tool.name}: ${seconds(ms)} s\n`,
      );
    }
  }
  const [ours = Number.NaN, ...others] = tools.map((tool) => median(times.get(tool) ?? []));
  return [seconds(ours), ...others.flatMap((ms) => [seconds(ms), (ms / ours).toFixed(0)])];
}

async function runOnce(tool: Tool, task: Task, isConverged: boolean): Promise<void> {
  tool.prepare(task);
  const [program = '', ...words] = tool.command(task);
  const env = { ...process.env, ...tool.environment(task) };
  const { exitCode, stdout, stderr } = await runCommand(program, words, { cwd: task.folder, env });
  if (exitCode !== 0 || (isConverged && tool.differs.test(stdout))) {
    throw new Error(
      `${tool.name} ended with ${exitCode}, or found a difference:\n${stdout}${stderr}`,
    );
  }
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
