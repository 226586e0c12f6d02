/** Evidence: the session or packet that shows something, as `try` takes and gives it, and where the thing stands that decided. */
import type { Place } from '../model/settings';
import type { Step } from './answer';
import type { Packet } from './packet/packet';
import type { SiteFirewall } from './packet/site-firewalls';
import type { PacketAnswer } from './packet/try-packet';
import type { Session, SessionAnswer } from './smtp/session';

/** The input that shows something, with its outcome: what `try` and the real program answer to it. */
export interface Evidence {
  readonly session?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly packet?: Readonly<Record<string, unknown>>;
}

/** The session with its outcome, as `try session` takes and gives it. */
export function sessionEvidence(session: Session, answer: SessionAnswer): Evidence {
  const { verdict, code, enhanced, stage } = answer;
  return {
    session: {
      ...session,
      verdict,
      ...(code === undefined ? {} : { code }),
      ...(enhanced === undefined ? {} : { enhanced }),
      ...(stage === undefined ? {} : { stage }),
    },
  };
}

/** The last step of a session that let it pass, where it stands in a file; undefined where nothing had to. */
export function permittingStep(answer: SessionAnswer): (Step & Place) | undefined {
  for (let i = answer.trace.length - 1; i >= 0; i--) {
    const step = answer.trace[i];
    if (step?.source && step.span && /^(?:permit|ok)/i.test(step.outcome)) {
      return { ...step, source: step.source, span: step.span };
    }
  }
  return undefined;
}

/** A packet with its fate, as `try packet` takes and gives it. */
export function packetEvidence(packet: Packet, answer: PacketAnswer): Evidence {
  const { verdict, seen_src } = answer;
  return { packet: { ...packet, verdict, ...(seen_src === undefined ? {} : { seen_src }) } };
}

/** Where the last step of an answer stands that stands in a file; else the start of the firewall's own file. */
export function decidingPlace(one: SiteFirewall, answer: PacketAnswer): Place {
  for (let i = answer.trace.length - 1; i >= 0; i--) {
    const step = answer.trace[i];
    if (step?.source && step.span) return { source: step.source, span: step.span };
  }
  return { source: one.source, span: { start: 0, end: 0 } };
}
