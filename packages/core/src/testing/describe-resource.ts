import { describe, expect, test } from '@jest/globals';
import { specValidator, type ValidateSpec } from '../compile/validate.ts';
import { freezeDeep } from '../model/json.ts';
import type { AnyResourceType, ResourceType, ShellDriver } from '../model/resource-type.ts';
import { absenceProblems, diffProblems, type KnownReading } from './diff-laws.ts';
import { parseProblems } from './parse-laws.ts';
import { probesOf, quotingProblems, scriptsOf } from './quoting-laws.ts';
import { syntaxProblemsOfAll } from './real-shells.ts';
import type { CapturedCase, ResourceCases } from './resource-cases.ts';
import { schemaProblems } from './schema-laws.ts';
import { secretProblems, specsWithSecret } from './secret-laws.ts';
import { identityProblems, refusals, unusedProperties } from './spec-laws.ts';
import { writeProblems } from './write-laws.ts';

/**
 * Tests a resource type against the laws that all types obey, also those of third parties. Call it at the top level of
 * a Jest test file. What only a real host can show (apply twice changes nothing the second time, drift is found) is
 * tested in the lab.
 *
 * @example
 * describeResource(Group, {
 *   valid: [{ name: 'mail-admins', gid: 2001, system: false }],
 *   invalid: { 'a name with a blank': { name: 'a b' } },
 *   converged: { 'Debian 12': [captured(import.meta, 'group.debian-12'), [{ name: 'mail' }]] },
 * });
 */
export function describeResource<Spec extends object, ProbeSpec, Observed>(
  resource: { readonly type: ResourceType<Spec, ProbeSpec, Observed> },
  cases: ResourceCases<Spec>,
): void {
  const type = resource.type as unknown as AnyResourceType;
  const frozen = { ...cases, valid: cases.valid.map((spec) => freezeDeep(spec)) };
  const validate = specValidator();
  describe(`${type.kind} obeys the laws of resource types`, () => {
    describeSpecs(type, frozen, validate);
    describeDiffs(type, frozen, validate);
    if (type.driver.via === 'shell') describeShell(type, type.driver, frozen, validate);
    const { health } = type;
    if (health !== undefined) {
      test('its health script is POSIX shell, and writes nothing', () => {
        const scripts = frozen.valid.map((spec) => health.script(spec).script);
        expect(syntaxProblemsOfAll(scripts)).toEqual([]);
        expect(scripts.flatMap(writeProblems)).toEqual([]);
      });
    }
  });
}

function describeSpecs(
  type: AnyResourceType,
  cases: ResourceCases<object>,
  validate: ValidateSpec,
): void {
  test('the schema is closed, described and bounded', () => {
    expect(schemaProblems(type.schema)).toEqual([]);
  });
  test('the valid specs use every property', () => {
    expect(unusedProperties(type, cases.valid)).toEqual([]);
  });
  test.each(cases.valid)('compile accepts valid spec %#', (spec) => {
    expect(refusals(type, spec, validate)).toEqual([]);
  });
  for (const [label, spec] of Object.entries(cases.invalid)) {
    test(`compile refuses ${label}`, () => {
      expect(refusals(type, spec, validate)).not.toEqual([]);
    });
  }
  test.each(cases.valid)('identity of valid spec %# is stable and made of keys', (spec) => {
    expect(identityProblems(type, spec)).toEqual([]);
  });
}

function describeDiffs(
  type: AnyResourceType,
  cases: ResourceCases<object>,
  validate: ValidateSpec,
): void {
  if (cases.isNeverAbsent !== true) {
    test.each(cases.valid)('valid spec %# is created where it is absent', (spec) => {
      expect(absenceProblems(type, spec)).toEqual([]);
    });
  }
  if (type.secrets.length > 0) {
    test('no secret shows', () => {
      const specs = cases.valid.flatMap((spec) => specsWithSecret(type, spec, validate));
      expect(specs).not.toEqual([]);
      expect(specs.flatMap((spec) => secretProblems(type, spec))).toEqual([]);
    });
  }
}

function describeShell(
  type: AnyResourceType,
  driver: ShellDriver<unknown, unknown, unknown>,
  cases: ResourceCases<object>,
  validate: ValidateSpec,
): void {
  test('its shell text is POSIX shell', () => {
    const scripts = cases.valid.flatMap((spec) => scriptsOf(type, spec));
    const together = driver.probe(cases.valid).script;
    expect(syntaxProblemsOfAll([...scripts, together])).toEqual([]);
  });
  test('R5: its probe writes nothing', () => {
    const scripts = cases.valid.flatMap((spec) => probesOf(type, driver, spec));
    expect(scripts.flatMap(writeProblems)).toEqual([]);
  });
  test('R9: no string gets out of its quotes', () => {
    expect(quotingProblems(type, cases.valid, validate)).toEqual([]);
  }, 60_000);
  test('whatever the host prints, its parser gives readings or a HostwrightError', () => {
    const captures = [
      ...Object.values(cases.converged ?? {}),
      ...Object.values(cases.drifted ?? {}),
    ];
    expect(parseProblems(driver, captures).slice(0, 3)).toEqual([]);
  });
  describeCaptures(type, driver, cases);
}

function describeCaptures(
  type: AnyResourceType,
  driver: ShellDriver<unknown, unknown, unknown>,
  { converged = {}, drifted = {} }: ResourceCases<object>,
): void {
  for (const [label, found] of Object.entries(converged)) {
    test(`${label}: needs no change`, () => {
      const readings = readingsOf(driver, found);
      const fields = readings.map((reading, index) => type.diff(found[1][index], reading));
      expect(fields).toEqual(readings.map(() => []));
    });
  }
  for (const [label, found] of Object.entries(drifted)) {
    test(`${label}: needs changes`, () => {
      const scripts = readingsOf(driver, found).map((reading, index) => {
        const spec = found[1][index];
        expect(diffProblems(type, spec, reading)).toEqual([]);
        const fields = type.diff(spec, reading);
        expect(fields).not.toEqual([]);
        return driver.apply([{ spec, reading, fields }]).script;
      });
      expect(syntaxProblemsOfAll(scripts)).toEqual([]);
    });
  }
}

function readingsOf(
  driver: ShellDriver<unknown, unknown, unknown>,
  [output, specs]: CapturedCase<object>,
): readonly KnownReading[] {
  const readings = driver.parse(output, specs);
  expect(readings).toHaveLength(specs.length);
  for (const reading of readings) expect(['present', 'absent']).toContain(reading.is);
  return readings as readonly KnownReading[];
}
