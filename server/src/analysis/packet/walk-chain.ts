/** Leads a packet through one table's chain: rules in order, calls, returns, the policy at the end. */
import { say } from '../../text/message';
import type { Step } from '../answer';
import type { Action } from '../../syntax/iptables/rule';
import type { Doubt, Probe, Truth } from './match-packet';
import { hasConnection, meetsAll } from './match-packet';
import type { Chain, PlacedRule, Table } from './ruleset';
import { sieveOf } from './sieve';
import type { Traffic } from './traffic';
import type { Setting } from './world';

/** What a table may do to a packet. Several where something is not decided. */
export type Outcome =
  | { readonly kind: 'accept' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'reject'; readonly answer: string }
  | {
      readonly kind: 'translate';
      readonly action: Extract<Action, { kind: 'translate' | 'redirect' | 'masquerade' | 'map-network' }>;
    }
  | { readonly kind: 'undecided' };

/** What a walk notes on its way. */
export interface Notes {
  readonly steps: Step[];
  readonly doubts: Doubt[];
  readonly traffic: Traffic | undefined;
  /** Rules left to look at: chains that call each other often could go on for long. */
  left: number;
}

/** What came of a table. */
export interface Walked {
  readonly outcomes: readonly Outcome[];
  /** Whether the packet is certainly, or possibly, exempt from connection tracking from here on. */
  readonly untracked: Truth;
}

/** Leads a packet through a built-in chain. Marks are put on the probe itself. */
export function walkChain(name: string, table: Table, probe: Probe, setting: Setting, notes: Notes): Walked {
  const walk = new Walk(table, probe, setting, notes);
  const chain = table.chains.get(name);
  if (!chain) return { outcomes: [{ kind: 'accept' }], untracked: false };
  if (walk.run(chain, true)) walk.policy(chain);
  return { outcomes: walk.outcomes, untracked: walk.untracked };
}

const deepest = 32;

class Walk {
  readonly outcomes: Outcome[] = [];
  untracked: Truth = false;
  private depth = 0;
  /** The packet may have gone on from the table already: what rules do to it from here on is not certain. */
  private gone = false;

  constructor(
    private readonly table: Table,
    private readonly probe: Probe,
    private readonly setting: Setting,
    private readonly notes: Notes,
  ) {}

  /** Goes through a chain; whether the packet may come out at its end. `certain`: it surely came in. */
  run(chain: Chain, certain: boolean): boolean {
    let mayReturn = false;
    const isHere = () => certain && !mayReturn && !this.gone;
    const { rules } = chain;
    const sieve = sieveOf(rules);
    const next = (from: number) => (sieve ? sieve.next(from, this.probe) : from);
    for (let i = next(0), from = 0; ; i = next(from)) {
      this.notes.left -= i - from + 1;
      if (this.notes.left < 0) {
        this.outcomes.push({ kind: 'undecided' });
        return true;
      }
      from = i + 1;
      const placed = rules[i];
      if (!placed) return true;
      const before = this.notes.doubts.length;
      const met = meetsAll(
        placed.rule.conditions,
        this.probe,
        this.setting,
        isHere() ? this.notes.traffic : undefined,
        this.notes.doubts,
      );
      if (met === false) continue;
      const sure: Truth = met === true && placed.hangsOn.length === 0 ? true : undefined;
      if (sure !== true) for (const why of placed.hangsOn) this.notes.doubts.push({ text: placed.origin.text, why });
      if (before !== this.notes.doubts.length || sure) this.note(placed, sure);
      const after = this.act(placed, sure === true, isHere());
      if (after === 'end') return mayReturn;
      if (after === 'return') return true;
      if (after === 'may return') mayReturn = true;
    }
  }

  policy(chain: Chain): void {
    const { policy = 'ACCEPT' } = chain;
    const step = { text: `policy of ${chain.name}`, outcome: policy };
    const origin = chain.policyOrigin;
    // Of chains that the files leave as they are there is nothing to tell.
    if (chain.rules.length > 0 || origin) {
      this.notes.steps.push(origin ? { ...step, source: origin.source, span: origin.span } : step);
    }
    if (policy === 'unknown') {
      for (const why of chain.hangsOn) this.notes.doubts.push({ text: step.text, why });
      this.outcomes.push({ kind: 'accept' }, { kind: 'drop' });
    } else this.outcomes.push({ kind: policy === 'DROP' ? 'drop' : 'accept' });
  }

  private note({ rule, origin }: PlacedRule, sure: Truth): void {
    const { action } = rule;
    const word: Partial<Record<Action['kind'], string>> = {
      accept: 'ACCEPT',
      drop: 'DROP',
      reject: 'REJECT',
      return: 'RETURN',
      continue: 'goes on',
    };
    const name = word[action.kind] ?? (action.kind === 'jump' || action.kind === 'goto' ? action.chain : action.kind);
    this.notes.steps.push({
      source: origin.source,
      span: origin.span,
      text: origin.text,
      outcome: sure ? name : `unknown (${name})`,
    });
  }

  /** Does what a rule says to a packet that meets it, or may meet it. */
  private act({ rule }: PlacedRule, sure: boolean, certain: boolean): 'end' | 'on' | 'return' | 'may return' {
    const { action } = rule;
    const done = sure ? 'end' : 'on';
    switch (action.kind) {
      case 'accept':
        this.gone ||= !sure;
        this.outcomes.push({ kind: 'accept' });
        return done;
      case 'drop':
        this.outcomes.push({ kind: 'drop' });
        return done;
      case 'reject':
        this.outcomes.push({ kind: 'reject', answer: action.answer });
        return done;
      case 'translate':
      case 'redirect':
      case 'masquerade':
      case 'map-network':
        this.gone ||= !sure;
        this.outcomes.push({ kind: 'translate', action });
        return done;
      case 'return':
        return sure ? 'return' : 'may return';
      case 'jump':
      case 'goto':
        return this.call(action, sure, certain);
      case 'set-mark': {
        if (action.on === 'connection' && !hasConnection(this.probe)) return 'on';
        const mark = action.on === 'packet' ? this.probe.mark : this.probe.connectionMark;
        const next = mark === undefined ? undefined : ((mark & ~action.mask) ^ action.value) >>> 0;
        this.mark(action.on, sure && certain ? next : next === mark ? mark : undefined);
        return 'on';
      }
      case 'copy-mark': {
        if (!hasConnection(this.probe)) return 'on';
        const { mark, connectionMark } = this.probe;
        const { packetMask, connectionMask } = action;
        const next =
          action.from === 'packet'
            ? mixed(connectionMark, connectionMask, mark, packetMask)
            : mixed(mark, packetMask, connectionMark, connectionMask);
        const to = action.from === 'packet' ? 'connection' : 'packet';
        const old = to === 'packet' ? mark : connectionMark;
        this.mark(to, (sure && certain) || next === old ? next : undefined);
        return 'on';
      }
      case 'no-tracking':
        this.untracked = sure && certain ? true : this.untracked === true ? true : undefined;
        return 'on';
      case 'undecided':
        this.notes.doubts.push({ text: action.text, why: action.why });
        this.outcomes.push({ kind: 'undecided' });
        return 'on';
      case 'continue':
        return 'on';
    }
  }

  private call(
    action: { readonly kind: 'jump' | 'goto'; readonly chain: string },
    sure: boolean,
    certain: boolean,
  ): 'end' | 'on' | 'return' | 'may return' {
    const chain = this.table.chains.get(action.chain);
    if (!chain || this.depth > deepest) {
      this.outcomes.push({ kind: 'undecided' });
      return 'on';
    }
    this.depth++;
    const comesBack = this.run(chain, sure && certain);
    this.depth--;
    if (action.kind === 'jump') return comesBack || !sure ? 'on' : 'end';
    // From a chain that was gone to, the way back leads to the caller of this one.
    if (!sure) return comesBack ? 'may return' : 'on';
    return comesBack ? 'return' : 'end';
  }

  private mark(on: 'packet' | 'connection', value: number | undefined): void {
    if (on === 'packet') this.probe.mark = value;
    else this.probe.connectionMark = value;
  }
}

/** A mark whose bits under a mask are cleared before those of another are put in; undefined where a needed one is not known. */
function mixed(old: number | undefined, cleared: number, from: number | undefined, taken: number): number | undefined {
  const kept = ~cleared === 0 ? 0 : old;
  return kept === undefined || from === undefined ? undefined : ((kept & ~cleared) ^ (from & taken)) >>> 0;
}

/** Why a walk was cut short. */
export const tooLong = say(
  'the chains call each other too often to follow',
  'as cadeias chamam umas às outras vezes demais para seguir',
);
