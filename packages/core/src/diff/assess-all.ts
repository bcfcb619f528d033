import type { Reference } from '../model/expression.ts';
import { type Program, type ProgramNode, producerOf } from '../model/program.ts';
import { type Reading, unknown } from '../model/reading.ts';
import type { Work } from '../model/work.ts';
import {
  type AssessInput,
  type Assessment,
  assess,
  type OutputReading,
  outputValue,
} from './assess.ts';

export type Readings = ReadonlyMap<string, Reading<unknown>>;

const notRead = unknown('it was not read');

export function readingOf(readings: Readings, id: string): Reading<unknown> {
  return readings.get(id) ?? notRead;
}

/** What is known of an output, given the assessments made so far; its producer comes first in every order. */
export function outputReader(
  program: Program,
  readings: Readings,
  assessments: ReadonlyMap<string, Assessment>,
): AssessInput['readOutput'] {
  return (reference: Reference, consumer: ProgramNode): OutputReading => {
    const id = producerOf(program.placements, reference, consumer.host) ?? '';
    const producer = program.byId.get(id);
    const assessment = assessments.get(id);
    if (producer === undefined || assessment === undefined) return { waitsFor: id };
    return outputValue(producer, assessment, readingOf(readings, id), reference.field);
  };
}

/** Assesses every node of a program, producers before consumers; a node at a time. */
export function* assessing(
  program: Program,
  readings: Readings,
  problemsOf: AssessInput['problemsOf'],
): Work<ReadonlyMap<string, Assessment>> {
  const assessments = new Map<string, Assessment>();
  const readOutput = outputReader(program, readings, assessments);
  for (const node of program.nodes) {
    const reading = readingOf(readings, node.id);
    assessments.set(node.id, assess({ node, reading, readOutput, problemsOf }));
    yield;
  }
  return assessments;
}
