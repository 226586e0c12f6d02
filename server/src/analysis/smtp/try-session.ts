/** What Postfix answers to a session. */
import type { Site } from '../../model/site';
import { toBytes } from '../../text/source-text';
import { decisive, explore, outcomes, type Narrow, type Runs } from '../doubt';
import { Dialogue, fatal, type Outcome, type Tried } from './dialogue';
import { listener } from './listener';
import { machineOf } from './machine';
import { serverOf } from './server';
import { fullSession, type FullSession, type Session, type SessionAnswer, type World } from './session';
import { masterDies, smtpdDies } from './start-up';

/** Sessions that hang on more than this many combinations of unknown answers are unknown as a whole. */
const mostRuns = 400;

/**
 * What Postfix answers to a session at a site. Certain where all that the files leave open leads to the same verdict;
 * else `unknown` with what it hangs on. Never throws.
 */
export function trySession(site: Site, session: Session, world: World = {}): SessionAnswer {
  return answerOf(allRuns(site, session, world, mostRuns));
}

/** The answer that runs give together. */
export function answerOf({ runs, complete }: Runs<Tried>): SessionAnswer {
  const first = runs[0];
  const trace = first?.outcome.state?.trace ?? [];
  if (!first) return { verdict: 'unknown', trace, unknown: [] };
  const sameVerdict = (a: Tried, b: Tried): boolean => a.outcome.verdict === b.outcome.verdict;
  const distinct = outcomes(runs, sameVerdict);
  if (distinct.length > 1 || !complete) {
    const found = decisive(runs, sameVerdict);
    const asked = first.choices.map(c => c.why);
    return { verdict: 'unknown', trace, unknown: found.length > 0 ? found : asked };
  }
  const { outcome } = first.outcome;
  const agreed = <K extends 'code' | 'enhanced' | 'stage'>(key: K): Outcome[K] | undefined =>
    runs.every(r => r.outcome.outcome[key] === outcome[key]) ? outcome[key] : undefined;
  const code = agreed('code');
  const enhanced = code === undefined ? undefined : agreed('enhanced');
  const stage = agreed('stage');
  return {
    verdict: outcome.verdict,
    ...(code !== undefined && { code }),
    ...(enhanced !== undefined && { enhanced }),
    ...(stage !== undefined && { stage }),
    ...(outcome.text !== undefined && { text: outcome.text }),
    trace,
    unknown: [],
  };
}

/** All runs of a session, one for each combination of answers that the files leave open. */
export function allRuns(
  site: Site,
  session: Session,
  world: World,
  limit: number,
  narrow?: Narrow<Tried>,
): Runs<Tried> {
  const full = bytesOf(fullSession(session));
  const machine = machineOf(site, world.host);
  const says = masterDies(machine.site);
  if (says !== undefined)
    return { runs: [{ outcome: { outcome: fatal('start', says), state: undefined }, choices: [] }], complete: true };
  const service = listener(machine, full);
  if (!service) {
    return {
      runs: [{ outcome: { outcome: fatal('connect', 'nobody listens there'), state: undefined }, choices: [] }],
      complete: true,
    };
  }
  const server = serverOf(machine, service);
  const dead = smtpdDies(server);
  if (dead !== undefined)
    return { runs: [{ outcome: { outcome: fatal('connect', dead), state: undefined }, choices: [] }], complete: true };
  return explore(ask => new Dialogue(server, full, world, ask).run(), limit, narrow);
}

function bytesOf(session: FullSession): FullSession {
  return {
    ...session,
    helo: toBytes(session.helo),
    sender: toBytes(session.sender),
    recipient: toBytes(session.recipient),
    sasl_username: toBytes(session.sasl_username),
  };
}
