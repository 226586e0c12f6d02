/** What cleanup does when a header or body check fires: cleanup_message.c of Postfix 3.7, measured. */
import type { CheckAction, CheckClass } from '../../facts/check-actions';
import { allowedIn, checkActions, splitAction } from '../../facts/check-actions';

/** What becomes of the message by one action. */
export type ActionOutcome =
  | { readonly kind: 'refused'; readonly code: '550' | '451'; readonly enhanced: string; readonly text: string }
  /** No action, so the lookup counts as failed: the message is refused for now, each time. */
  | { readonly kind: 'failed'; readonly code: '451'; readonly enhanced: '4.3.0'; readonly text: string }
  | { readonly kind: 'discarded' | 'held' | 'accepted' }
  | { readonly kind: 'redirected' | 'copied' | 'filtered'; readonly to: string }
  | { readonly kind: 'prepended' | 'replaced'; readonly line: string }
  | { readonly kind: 'removed' }
  /** Later rules are not asked about the line, nothing else happens. */
  | { readonly kind: 'passed over' }
  /** Not known, not for this class, or with a bad argument: a warning in the log, and the message passes. */
  | { readonly kind: 'ignored'; readonly why: 'unknown' | 'not here' | 'argument' };

/** What a rule's text does in a class of checks. */
export function runAction(text: string, where: CheckClass): ActionOutcome {
  if (text === '') return { kind: 'failed', code: '451', enhanced: '4.3.0', text: 'Error: queue file write error' };
  const { word, rest: argument } = splitAction(text);
  const action = checkActions.get(word.toUpperCase());
  if (!action) return { kind: 'ignored', why: 'unknown' };
  if (!allowedIn(action, where)) return { kind: 'ignored', why: 'not here' };
  if (!takes(action, argument, where)) return { kind: 'ignored', why: 'argument' };
  switch (action.name) {
    case 'REJECT':
      return refusal(argument);
    case 'DISCARD':
      return { kind: 'discarded' };
    case 'HOLD':
      return { kind: 'held' };
    case 'PASS':
      return { kind: 'accepted' };
    case 'REDIRECT':
      return { kind: 'redirected', to: argument };
    case 'BCC':
      return { kind: 'copied', to: argument };
    case 'FILTER':
      return { kind: 'filtered', to: argument };
    case 'PREPEND':
      return { kind: 'prepended', line: argument };
    case 'REPLACE':
      return { kind: 'replaced', line: argument };
    case 'STRIP':
    case 'IGNORE':
      return { kind: 'removed' };
    default:
      return { kind: 'passed over' };
  }
}

/** Whether Postfix takes this argument for the action in a class of checks; it says so in the log where it does not. */
export function takes(action: CheckAction, argument: string, where: CheckClass): boolean {
  if (!action.needsArgument) return true;
  switch (action.argument) {
    case 'transport':
      return argument.includes(':');
    case 'address':
      return argument.includes('@');
    default:
      return argument !== '' && (where.endsWith('body_checks') || /^[!-9;-~]+[ \t]*:/.test(argument));
  }
}

/** The reply of REJECT: an enhanced code in front of the text counts; of another class than 4 and 5 it becomes 4.x.x. */
function refusal(argument: string): ActionOutcome {
  const given = /^([0-9])(\.[0-9]{1,3}\.[0-9]{1,3})(?:[ \t]+|$)(.*)$/s.exec(argument);
  const [, digit = '5', rest = '.7.1', said = argument] = given ?? [];
  const permanent = digit === '5';
  return {
    kind: 'refused',
    code: permanent ? '550' : '451',
    enhanced: `${permanent ? '5' : '4'}${rest}`,
    text: said === '' ? 'message content rejected' : said,
  };
}
