/** Asks the engines what a policy test asks. */
import type { Site } from '../../../model/site';
import { trySession } from '../../../analysis/smtp/try-session';
import type { Session, World } from '../../../analysis/smtp/session';
import type { Answer } from './judge';

/** The answer to a session. */
export function askSession(site: Site, session: Session, world: World): Answer {
  const answer = trySession(site, session, world);
  const { verdict, code, enhanced, stage } = answer;
  if (verdict === 'unknown') return { got: { verdict }, reasons: answer };
  return {
    got: {
      verdict,
      ...(code !== undefined && { code }),
      ...(enhanced !== undefined && { enhanced }),
      ...(stage !== undefined && { stage }),
    },
    reasons: answer,
  };
}
