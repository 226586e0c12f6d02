/** The actions of header_checks and its kin; each was run through a real cleanup and smtp of 3.7.11. */

/** The parameters that hold such checks. */
export const checkClasses = [
  'header_checks',
  'mime_header_checks',
  'nested_header_checks',
  'body_checks',
  'milter_header_checks',
  'smtp_header_checks',
  'smtp_mime_header_checks',
  'smtp_nested_header_checks',
  'smtp_body_checks',
] as const;

export type CheckClass = (typeof checkClasses)[number];

/** What an argument has to be; `text` is only logged or told to the client. */
export type CheckArgument = 'none' | 'text' | 'transport' | 'address' | 'line';

export interface CheckAction {
  readonly name: string;
  readonly argument: CheckArgument;
  /** Without the argument the mail is deferred, or the action does nothing. */
  readonly needsArgument: boolean;
  /** `all`; `incoming`: not in smtp_… checks; `not-milter`: not in milter_header_checks; `cleanup`: neither. */
  readonly where: 'all' | 'incoming' | 'not-milter' | 'cleanup';
  /** The Postfix that brought it; undefined: 2.0 or before. */
  readonly since?: string;
  /** The mail does not go its way: refused, thrown away, or held. */
  readonly stops: boolean;
}

const action = (
  name: string,
  argument: CheckArgument,
  needsArgument: boolean,
  where: CheckAction['where'],
  since?: string,
): CheckAction => ({
  name,
  argument,
  needsArgument,
  where,
  ...(since ? { since } : {}),
  stops: /^(?:REJECT|DISCARD|HOLD)$/.test(name),
});

/** All actions by name, upper case; Postfix compares without regard to case. */
export const checkActions: ReadonlyMap<string, CheckAction> = new Map(
  [
    action('REJECT', 'text', false, 'incoming'),
    action('DISCARD', 'text', false, 'incoming'),
    action('HOLD', 'text', false, 'incoming'),
    action('FILTER', 'transport', true, 'incoming'),
    action('REDIRECT', 'address', true, 'incoming', '2.1'),
    action('BCC', 'address', true, 'incoming', '3.0'),
    action('PASS', 'text', false, 'cleanup', '3.2'),
    action('PREPEND', 'line', true, 'not-milter', '2.1'),
    action('REPLACE', 'line', true, 'all', '2.2'),
    action('STRIP', 'text', false, 'all', '3.2'),
    action('IGNORE', 'none', false, 'all'),
    action('WARN', 'text', false, 'all'),
    action('INFO', 'text', false, 'all', '2.8'),
    action('DUNNO', 'none', false, 'all', '2.1'),
    action('OK', 'none', false, 'all'),
  ].map(a => [a.name, a]),
);

/** Splits the text of a rule into the action's word and the rest, at the first blank or tab. */
export function splitAction(text: string): { word: string; rest: string } {
  const end = text.search(/[ \t]/);
  return end < 0
    ? { word: text, rest: '' }
    : { word: text.slice(0, end), rest: text.slice(end).replace(/^[ \t]+/, '') };
}

/**
 * Whether the text of an action keeps mail from going its way. In access tables a number that refuses, 4NN and 5NN, does so too,
 * and DEFER and DEFER_IF_PERMIT; checks know none of them (access(5), header_checks(5)).
 */
export function stopsMail(text: string, where: 'checks' | 'access'): boolean {
  const { word } = splitAction(text);
  if (checkActions.get(word.toUpperCase())?.stops === true) return true;
  return where === 'access' && /^(?:[45]\d\d|defer(?:_if_permit)?)$/i.test(word);
}

/** Whether an action may stand in a class of checks. */
export function allowedIn(known: CheckAction, where: CheckClass): boolean {
  const smtp = where.startsWith('smtp_');
  const milter = where.startsWith('milter_');
  if (known.where === 'all') return true;
  if (known.where === 'incoming') return !smtp;
  return known.where === 'not-milter' ? !milter : !smtp && !milter;
}
