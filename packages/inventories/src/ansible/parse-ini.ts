import { HostwrightError } from '@hostwright/core';
import { addChild, addGroup, addHost, type Draft, setGroupVars, setHostVars } from './draft.ts';
import { expandHostPattern } from './host-pattern.ts';
import { pythonLiteral } from './python-literal.ts';
import { splitWords } from './split-words.ts';

interface Section {
  readonly group: string;
  readonly form: string;
}

const sectionPattern = /^\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?$/;

/**
 * Adds what an INI inventory says.
 * Errors: INVENTORY_INVALID with file and line.
 */
export function parseIni(draft: Draft, text: string, name: string): void {
  let section: Section = { group: 'ungrouped', form: 'hosts' };
  const declared = new Set(draft.groups.keys());
  const used = new Map<string, string>();
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const place = `${name}:${index + 1}`;
    const header = sectionPattern.exec(line);
    if (header !== null) {
      section = { group: header[1] ?? '', form: header[2] ?? 'hosts' };
      if (section.form === 'vars') used.set(section.group, place);
      else declared.add(section.group);
      addGroup(draft, section.group);
      continue;
    }
    if (line.startsWith('[') && line.endsWith(']')) {
      throw invalid(place, `${line} is no section: no spaces may stand in it`);
    }
    for (const child of takeLine(draft, section, line, place)) used.set(child, place);
  }
  for (const [group, place] of used) {
    if (!declared.has(group)) throw invalid(place, `the group ${group} is defined nowhere`);
  }
}

/** Returns the group that the line refers to, where it does. */
function takeLine(draft: Draft, { group, form }: Section, line: string, place: string) {
  if (form === 'hosts') return takeHost(draft, group, line, place);
  if (form === 'vars') {
    const at = line.indexOf('=');
    if (at < 0) throw invalid(place, `key=value is expected, found ${line}`);
    setGroupVars(draft, group, { [line.slice(0, at).trim()]: iniValue(line.slice(at + 1).trim()) });
    return [];
  }
  if (form !== 'children') throw invalid(place, `[${group}:${form}] is no section of a known form`);
  const child = /^([^:\]\s]+)\s*(?:#.*)?$/.exec(line)?.[1];
  if (child === undefined) throw invalid(place, `the name of a group is expected, found ${line}`);
  addChild(draft, group, child);
  return [child];
}

function takeHost(draft: Draft, group: string, line: string, place: string): readonly string[] {
  const [pattern, ...assignments] = splitWords(line) ?? [];
  if (pattern === undefined) throw invalid(place, 'a quote does not end');
  const vars: Record<string, unknown> = {};
  for (const assignment of assignments) {
    const at = assignment.indexOf('=');
    if (at < 0) throw invalid(place, `key=value is expected, found ${assignment}`);
    vars[assignment.slice(0, at)] = iniValue(assignment.slice(at + 1));
  }
  const { names, port } = expandHostPattern(pattern);
  for (const host of names) {
    addHost(draft, host, group, port);
    setHostVars(draft, host, vars);
  }
  return [];
}

/** A Python literal, or else the text. */
function iniValue(text: string): unknown {
  const literal = pythonLiteral(text);
  return literal === undefined ? text : literal.value;
}

function invalid(place: string, why: string): HostwrightError {
  return new HostwrightError('INVENTORY_INVALID', { problem: `${place}: ${why}.` });
}
