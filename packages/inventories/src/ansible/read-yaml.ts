import { HostwrightError } from '@hostwright/core';
import { parseDocument, type ScalarTag, type Tags } from 'yaml';

/** The only place that knows the library `yaml`. */

const vaultTag: ScalarTag = {
  tag: '!vault',
  resolve: (text) => ({ __ansible_vault: text }),
};

/** Text in which braces are braces. */
const unsafeTag: ScalarTag = {
  tag: '!unsafe',
  resolve: (text) => ({ __ansible_unsafe: text }),
};

/** Ansible's parser takes these words, and not `y` and `n`, which YAML 1.1 has too. */
const booleanTag: ScalarTag = {
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  test: /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
  resolve: (text) => /^(?:yes|true|on)$/i.test(text),
};

/**
 * Ansible's parser takes a number with an exponent only where it has a point and a sign, and none that begins with a zero and is
 * not octal: `08540` is a postcode, `12e4` the beginning of a commit.
 */
const textTag: ScalarTag = {
  tag: 'tag:yaml.org,2002:str',
  default: true,
  test: /^[-+]?(?:0[\d_]*[89][\d_]*|\d[\d_]*e[-+]?\d+|(?:\d[\d_]*)?\.[\d_]*e\d+)$/i,
  resolve: (text) => text,
};

/** Dates stay the text that they are, as JSON has them. */
function tagsOf(tags: Tags): Tags {
  const kept = tags.filter((tag) => {
    const name = typeof tag === 'string' ? tag : tag.tag;
    return !/:(bool|timestamp)$/.test(name);
  });
  return [textTag, booleanTag, vaultTag, unsafeTag, ...kept];
}

/**
 * YAML as Ansible reads it: version 1.1, in which `yes` is true and 0644 is 420; the last of two equal keys counts.
 * Errors: INVENTORY_INVALID with file and line.
 */
export function readYaml(text: string, name: string): unknown {
  const document = parseDocument(text, {
    version: '1.1',
    merge: true,
    uniqueKeys: false,
    customTags: tagsOf,
    prettyErrors: true,
    logLevel: 'silent',
  });
  const [error] = document.errors;
  if (error !== undefined) {
    const line = error.linePos?.[0].line;
    const place = line === undefined ? name : `${name}:${line}`;
    const said = error.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '');
    throw new HostwrightError('INVENTORY_INVALID', { problem: `${place}: ${said}.`, cause: error });
  }
  return document.toJS({ maxAliasCount: 1000 });
}
