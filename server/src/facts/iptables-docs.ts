/** Short texts of our own on options, matches, targets, chains and tables of iptables. */
import type { Text } from '../text/message';
import table from './iptables-docs.json';

type Texts = Readonly<Record<string, Text>>;

/** Options by the spelling they are mostly written in. */
export const optionDocs: Texts = table.options;
export const matchDocs: Texts = table.matches;
export const targetDocs: Texts = table.targets;
/** The built-in chains. */
export const chainDocs: Texts = table.chains;
export const iptablesTableDocs: Texts = table['iptables-tables'];

/** Spellings of one option: every one leads to the one that has the text. */
const spellings: Readonly<Record<string, string>> = {
  '--append': '-A',
  '--insert': '-I',
  '--delete': '-D',
  '--replace': '-R',
  '--check': '-C',
  '--list': '-L',
  '--list-rules': '-S',
  '--flush': '-F',
  '--zero': '-Z',
  '--new-chain': '-N',
  '--new': '-N',
  '--delete-chain': '-X',
  '--policy': '-P',
  '--rename-chain': '-E',
  '--table': '-t',
  '--protocol': '-p',
  '--proto': '-p',
  '--source': '-s',
  '--src': '-s',
  '--destination': '-d',
  '--dst': '-d',
  '--in-interface': '-i',
  '--out-interface': '-o',
  '--jump': '-j',
  '--goto': '-g',
  '--match': '-m',
  '--fragment': '-f',
  '--set-counters': '-c',
  '--wait': '-w',
  '--numeric': '-n',
  '--verbose': '-v',
  '--exact': '-x',
  '--ipv4': '-4',
  '--ipv6': '-6',
  '--destination-port': '--dport',
  '--source-port': '--sport',
  '--destination-ports': '--dports',
  '--source-ports': '--sports',
};

/** The spelling of an option that its text is filed under: `--append` gives `-A`. */
export function mainSpelling(option: string): string {
  return spellings[option] ?? option;
}

/** Every spelling of the options that are no extension's. */
export const baseOptions: readonly string[] = [
  ...new Set([...Object.keys(optionDocs).filter(o => /^-\w$|^--line/.test(o)), ...Object.keys(spellings)]),
].filter(o => !/port/.test(o));
