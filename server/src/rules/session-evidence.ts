/** What the rules on sessions share: the evidence as it is shown, and where the thing stands that let the session pass. */
import type { Step } from '../analysis/answer';
import type { ListenerSearches, Search } from '../analysis/smtp/searches';
import { namePlace, type Place, type Settings } from '../model/settings';
import { masterOf } from '../model/services';
import type { Site } from '../model/site';
import type { Session, SessionAnswer } from '../analysis/smtp/session';
import type { Evidence } from './rule';

/** A session that a search found. */
export type FoundSession = Extract<Search, { kind: 'found' }>;

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

/** The place of the first of some parameters that is set, for a service; else the service's own name. */
export function settingPlace(
  site: Site,
  settings: Settings,
  listener: ListenerSearches,
  names: readonly string[],
): Place {
  for (const name of names) {
    const place = namePlace(settings.get(name));
    if (place) return place;
  }
  const { tree, assumed } = masterOf(site);
  if (!assumed) return { source: tree.source, span: listener.service.name.span };
  return { source: site.main ?? tree.source, span: { start: 0, end: 0 } };
}
