import type { ProgramNode } from '../model/program.ts';

/** True for a node that can be reloaded, restarted or run again when a notifier changed. */
export function refreshes(node: ProgramNode): boolean {
  const { driver } = node.declaration.type;
  return driver.via === 'shell' && driver.refresh !== undefined;
}
