import type { ResourceType, ShellDriver } from '../model/resource-type.ts';

/**
 * The driver of a type that is behind a shell, for a test that looks at its shell text.
 * @example expect(shellDriver(Package).probe([{ name: 'postfix' }]).script).toContain('dpkg-query')
 */
export function shellDriver<Spec, ProbeSpec, Observed>(resource: {
  readonly type: ResourceType<Spec, ProbeSpec, Observed>;
}): ShellDriver<Spec, ProbeSpec, Observed> {
  const { kind, driver } = resource.type;
  if (driver.via === 'shell') return driver;
  throw new TypeError(`${kind} is not behind a shell.`);
}
