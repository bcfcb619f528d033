import type { Sizing } from './sizing.ts';

/** What is done about spam, by SpamAssassin. */
export interface SpamFilter {
  /** Score from which a message goes to the folder Junk; 6.31 when left out. */
  readonly junkScore?: number;
  /** Score from which a message is put aside on the host and reaches nobody. Left out: none is. */
  readonly discardScore?: number;
  /** False: no questions to DNS lists, for hosts without the internet. True when left out. */
  readonly asksLists?: boolean;
  /**
   * True: what users move to Junk is learned as spam, and what they move out of it as none. It counts from 200 of each on.
   * False when left out.
   */
  readonly learns?: boolean;
}

/** What is done about viruses, by ClamAV. An infected message is put aside on the host, and the postmaster is told. */
export interface VirusFilter {
  /** False: the database of clamav.net is not fetched. True when left out; it needs 300 MB of disk and 1.3 GB of memory. */
  readonly officialDatabase?: boolean;
  /**
   * Signatures of your own, by file name: `{ 'own.ndb': 'Name:0:*:HEX\n' }`. In a closed network they stand in for the
   * official database.
   */
  readonly signatures?: Readonly<Record<string, string>>;
}

/** Both are off unless they are named: together they want 2 GB more memory than mail alone. */
export interface FilterSettings {
  readonly spam?: SpamFilter;
  readonly virus?: VirusFilter;
  /** Messages looked at at once; by `volume` when left out. Each takes some 70 MB. */
  readonly children?: number;
}

/** The same with every default filled in; what is undefined is off. */
export interface Filters {
  readonly spam:
    | {
        readonly junkScore: number;
        readonly discardScore?: number;
        readonly asksLists: boolean;
        readonly learns: boolean;
      }
    | undefined;
  readonly virus: Required<VirusFilter> | undefined;
  readonly children: number;
}

/** Undefined when nothing is to be filtered. */
export function completeFilters(
  { spam, virus, children }: FilterSettings,
  { filterChildren }: Pick<Sizing, 'filterChildren'>,
): Filters | undefined {
  if (spam === undefined && virus === undefined) return undefined;
  return {
    spam: spam && { junkScore: 6.31, asksLists: true, learns: false, ...spam },
    virus: virus && { officialDatabase: true, signatures: {}, ...virus },
    children: children ?? filterChildren,
  };
}

/** Database formats of ClamAV that are text. Source: clamav signature documentation, "Database formats". */
const signatureFile =
  /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}\.(ndb|ndu|hdb|hdu|hsb|hsu|ldb|ldu|mdb|msb|ign2|fp|sfp)$/;

const childrenMax = 64;

export function filterProblems({ spam, virus, children = 1 }: FilterSettings): readonly string[] {
  return [
    ...(Number.isInteger(children) && children >= 1 && children <= childrenMax
      ? []
      : [`filters.children: ${children} is no whole number from 1 to ${childrenMax}.`]),
    ...spamProblems(spam ?? {}),
    ...virusProblems(virus ?? {}),
  ];
}

function spamProblems({ junkScore = 6.31, discardScore }: SpamFilter): readonly string[] {
  const scores = [junkScore, ...(discardScore === undefined ? [] : [discardScore])];
  return [
    ...scores
      .filter((score) => !Number.isFinite(score) || score <= 0 || score > 1000)
      .map((score) => `filters.spam: ${score} is no score above 0 and up to 1000.`),
    ...(discardScore !== undefined && discardScore <= junkScore
      ? [`filters.spam: discardScore ${discardScore} is not above junkScore ${junkScore}.`]
      : []),
  ];
}

function virusProblems({ officialDatabase, signatures = {} }: VirusFilter): readonly string[] {
  const names = Object.keys(signatures);
  return [
    ...(officialDatabase === false && names.length === 0
      ? ['filters.virus: without the official database it needs signatures of its own.']
      : []),
    ...names
      .filter((name) => !signatureFile.test(name))
      .map(
        (name) => `filters.virus.signatures: '${name}' is no name of a text database of ClamAV.`,
      ),
    ...names
      .filter((name) => !/^([\x21-\x7e][\x20-\x7e]*\n)+$/.test(signatures[name] ?? ''))
      .map((name) => `filters.virus.signatures: '${name}' is not lines of plain ASCII.`),
  ];
}
