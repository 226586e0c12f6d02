/** From the parts of a command line to rules: what the packets must be, and what happens to them. */
import { glanceAt } from './glance';
import { say } from '../../text/message';
import type { Message } from '../../text/message';
import { protocolName } from '../../facts/protocols';
import { prefixLength, printBlock } from './address';
import type { Backend, Place, RuleNeeds } from './command';
import type { Loaded } from './command-options';
import type { Context, Yield } from './extension';
import { undecided, unknownValue } from './extension';
import { findExtension } from './extensions/index';
import type { Action, AddressBlock, Condition, Family, Rule, Side } from './rule';
import type { Word } from './word';
import { wordLabel, wordText } from './word';

/** The blocks of `-s` or `-d`: `undefined` stands for any address. */
export interface Blocks {
  readonly blocks: readonly (AddressBlock | undefined)[];
  readonly conditions: readonly Condition[];
}

/** What a command line says of a rule, once every option is read. */
export interface RuleParts {
  readonly family: Family;
  readonly backend: Backend;
  /** The letters of the options that were given, and whether each was negated. */
  readonly given: ReadonlyMap<string, boolean>;
  readonly places: ReadonlyMap<'s' | 'd' | 'i' | 'o', Word>;
  readonly protocol: Context['protocol'];
  readonly protocolWord: Word | undefined;
  readonly jump: Word | undefined;
  /** `-g` instead of `-j`. */
  readonly goes: boolean;
  readonly loaded: readonly {
    readonly loaded: Loaded;
    readonly yield: Yield;
  }[];
  readonly target: { readonly loaded: Loaded; readonly yield: Yield } | undefined;
  readonly source: Blocks;
  readonly destination: Blocks;
  /** Why there may be options that nobody knows. */
  readonly open: readonly Message[];
}

/** One rule for each pair of source and destination. */
export function makeRules(parts: RuleParts): Rule[] {
  const { source, destination } = parts;
  const jumpName = parts.jump ? wordText(parts.jump) : undefined;
  const action = actionOf(parts, jumpName);
  const shared: Condition[] = [];
  const { number, not, unknown } = parts.protocol;
  let head = '';
  const faces: ['i' | 'o', 'in' | 'out'][] = [
    ['i', 'in'],
    ['o', 'out'],
  ];
  for (const [letter, side] of faces) {
    const word = parts.places.get(letter);
    if (!word) continue;
    const name = wordText(word);
    const negated = parts.given.get(letter) ?? false;
    if (name === undefined) {
      shared.push(...unknownValue(word).map(why => undecided(`-${letter} ${wordLabel(word)}`, why)));
      head += ` -${letter} ${wordLabel(word)}`;
      continue;
    }
    if (name === '+' && !negated) continue;
    head += `${negated ? ' !' : ''} -${letter} ${name}`;
    const prefix = name.endsWith('+');
    shared.push({
      kind: 'interface',
      side,
      name: prefix ? name.slice(0, -1) : name,
      prefix,
      not: negated,
    });
  }
  if (unknown && parts.protocolWord) {
    shared.unshift(
      ...unknownValue(parts.protocolWord).map(why =>
        undecided(`-p ${parts.protocolWord ? wordLabel(parts.protocolWord) : ''}`, why),
      ),
    );
    head += ` -p ${wordLabel(parts.protocolWord)}`;
  } else if (number !== undefined && number !== 0) {
    shared.unshift({ kind: 'protocol', number, not });
    head += `${not ? ' !' : ''} -p ${protocolName(number)}`;
  }
  if (parts.given.has('f')) {
    shared.push({ kind: 'fragment', not: parts.given.get('f') ?? false });
    head += `${parts.given.get('f') ? ' !' : ''} -f`;
  }
  let comment: string | undefined;
  for (const { loaded, yield: result } of parts.loaded) {
    head += ` -m ${loaded.spec.name}${result.saved}`;
    shared.push(...(result.conditions ?? []));
    comment = result.comment ?? comment;
  }
  for (const why of parts.open) shared.push(undecided('…', why));
  const tail = parts.jump
    ? ` -${parts.goes ? 'g' : 'j'} ${jumpName ?? wordLabel(parts.jump)}${parts.target?.yield.saved ?? ''}`
    : '';
  const rules: Rule[] = [];
  for (const from of source.blocks) {
    for (const to of destination.blocks) {
      const s = sideOf(parts, 's', from);
      const d = sideOf(parts, 'd', to);
      const conditions = [...s.conditions, ...d.conditions, ...source.conditions, ...destination.conditions, ...shared];
      rules.push({
        family: parts.family,
        conditions,
        glance: glanceAt(conditions),
        action,
        saved: `${s.saved}${d.saved}${head}${tail}`.trimStart(),
        ...(comment === undefined ? {} : { comment }),
      });
    }
  }
  return rules;
}

function sideOf(
  parts: RuleParts,
  letter: 's' | 'd',
  block: AddressBlock | undefined,
): { saved: string; conditions: Condition[] } {
  const word = parts.places.get(letter);
  if (!word) return { saved: '', conditions: [] };
  if (!block) return { saved: ` -${letter} ${wordLabel(word)}`, conditions: [] };
  const not = parts.given.get(letter) ?? false;
  if (!not && prefixLength(block.mask) === 0) return { saved: '', conditions: [] };
  const side: Side = letter === 's' ? 'source' : 'destination';
  return {
    saved: `${not ? ' !' : ''} -${letter} ${printBlock(block)}`,
    conditions: [{ kind: 'address', side, block, not }],
  };
}

function actionOf(parts: RuleParts, name: string | undefined): Action {
  if (parts.target?.yield.action) return parts.target.yield.action;
  if (!parts.jump) {
    const why = parts.open[0];
    return why ? { kind: 'undecided', text: '-j', why } : { kind: 'continue' };
  }
  if (name === undefined) {
    const why = unknownValue(parts.jump)[0] ?? say('its target is not known', 'o alvo dela não é conhecido');
    return { kind: 'undecided', text: `-j ${wordLabel(parts.jump)}`, why };
  }
  if (!parts.goes && name === 'ACCEPT') return { kind: 'accept' };
  if (!parts.goes && name === 'DROP') return { kind: 'drop' };
  if (!parts.goes && name === 'RETURN') return { kind: 'return' };
  if (!parts.goes && name === 'QUEUE') {
    return {
      kind: 'undecided',
      text: 'QUEUE',
      why: say(
        'a program decides about packets handed to it (QUEUE)',
        'um programa decide sobre os pacotes que recebe (QUEUE)',
      ),
    };
  }
  return { kind: parts.goes ? 'goto' : 'jump', chain: name };
}

/** Of rules that every chain takes, whatever else there is: the same object for all of them. */
export const needsNothing: RuleNeeds = { places: [] };

/** What the kernel, and the state of the tables, must allow for the rules to be taken. */
export function needsOf(parts: RuleParts): RuleNeeds {
  const jumpName = parts.jump ? wordText(parts.jump) : undefined;
  const places: Place[] = [];
  let handOver: string | undefined;
  let sets = false;
  for (const { spec, seen } of [...parts.loaded, ...(parts.target ? [parts.target] : [])].map(item => item.loaded)) {
    const never = spec.never ?? spec.kernel?.(seen, parts.protocol);
    const chains = typeof spec.chains === 'function' ? spec.chains(seen) : spec.chains;
    if (chains || never !== undefined) {
      places.push({
        extension: spec.name,
        chains: chains ?? 'any',
        ...(spec.direct === true && { direct: true }),
        ...(never === undefined ? {} : { never }),
      });
    }
    if (spec.name === 'set' || spec.name === 'SET') sets = true;
    handOver ??= spec.handOver?.(seen, parts.protocol);
  }
  // The kernel does not take "no address at all".
  const all = (['s', 'd'] as const).some(letter => {
    const word = parts.places.get(letter);
    return parts.given.get(letter) === true && word !== undefined && /\/(?:0+|0\.0\.0\.0)$/.test(wordText(word) ?? '');
  });
  if (all) places.push({ extension: '!', chains: 'any', never: 'Invalid argument' });
  if (jumpName === 'QUEUE' && !parts.goes && parts.backend === 'nft')
    places.push({
      extension: 'QUEUE',
      chains: 'any',
      never: 'No such file or directory',
    });
  const builtIn = jumpName !== undefined && !parts.goes && isTarget(jumpName, parts.family);
  const jumps = jumpName !== undefined && !builtIn;
  if (places.length === 0 && handOver === undefined && !jumps && !sets) return needsNothing;
  return {
    places,
    ...(handOver === undefined ? {} : { handOver }),
    ...(jumps ? { jump: jumpName } : {}),
    ...(sets ? { sets } : {}),
  };
}

/** Whether a name is a target that iptables knows itself. */
export function isTarget(name: string, family: Family): boolean {
  return ['ACCEPT', 'DROP', 'RETURN', 'QUEUE'].includes(name) || findExtension('target', name, family) !== undefined;
}
