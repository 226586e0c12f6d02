/** The actions of header and body checks: header_checks(5), and what Postfix 3.7.11 did with each when it was run. */
import type { Message } from '../text/message';
import { say } from '../text/message';

/** Where checks apply. */
export type ChecksClass =
  | 'header_checks'
  | 'mime_header_checks'
  | 'nested_header_checks'
  | 'body_checks'
  | 'milter_header_checks'
  | 'smtp_header_checks'
  | 'smtp_mime_header_checks'
  | 'smtp_nested_header_checks'
  | 'smtp_body_checks';

/** What an action may be given. `ignored`: text behind it is neither used nor logged. */
export type ActionArgument = 'reply' | 'logged' | 'ignored' | 'transport' | 'address' | 'line';

export interface ChecksAction {
  readonly name: string;
  readonly argument: ActionArgument;
  readonly required: boolean;
  readonly classes: readonly ChecksClass[];
  /** The Postfix version that brought it; absent: older than 2.0. */
  readonly since?: string;
  /** The rest of the message is not looked at any more. */
  readonly endsMessage: boolean;
  readonly effect: Message;
}

const cleanup: readonly ChecksClass[] = ['header_checks', 'mime_header_checks', 'nested_header_checks', 'body_checks'];
const milter: readonly ChecksClass[] = ['milter_header_checks'];
const smtp: readonly ChecksClass[] = [
  'smtp_header_checks',
  'smtp_mime_header_checks',
  'smtp_nested_header_checks',
  'smtp_body_checks',
];
const receiving = [...cleanup, ...milter];
const all = [...receiving, ...smtp];

const actions: readonly ChecksAction[] = [
  {
    name: 'REJECT',
    argument: 'reply',
    required: false,
    classes: receiving,
    endsMessage: true,
    effect: say(
      'The message is refused: 550 5.7.1 and the text; a text that begins with 4.x.x makes it 451.',
      'A mensagem é recusada: 550 5.7.1 e o texto; um texto que começa com 4.x.x a torna 451.',
    ),
  },
  {
    name: 'DISCARD',
    argument: 'logged',
    required: false,
    classes: receiving,
    since: '2.0',
    endsMessage: true,
    effect: say(
      'The client is told 250, and the message is thrown away for all recipients.',
      'O cliente recebe 250 e a mensagem é jogada fora para todos os destinatários.',
    ),
  },
  {
    name: 'HOLD',
    argument: 'logged',
    required: false,
    classes: receiving,
    since: '2.0',
    endsMessage: false,
    effect: say(
      'The message waits in the hold queue; later lines may still refuse it.',
      'A mensagem espera na fila hold; linhas posteriores ainda podem recusá-la.',
    ),
  },
  {
    name: 'FILTER',
    argument: 'transport',
    required: true,
    classes: receiving,
    since: '2.0',
    endsMessage: false,
    effect: say(
      'The message goes through this filter instead of content_filter; the last one counts.',
      'A mensagem passa por este filtro em vez de content_filter; vale o último.',
    ),
  },
  {
    name: 'REDIRECT',
    argument: 'address',
    required: true,
    classes: receiving,
    since: '2.1',
    endsMessage: true,
    effect: say(
      'The message goes to this address instead of its recipients, and no later line is looked at.',
      'A mensagem vai para este endereço em vez dos destinatários, e nenhuma linha posterior é examinada.',
    ),
  },
  {
    name: 'BCC',
    argument: 'address',
    required: true,
    classes: receiving,
    since: '3.0',
    endsMessage: false,
    effect: say('This address gets a copy.', 'Este endereço recebe uma cópia.'),
  },
  {
    name: 'PASS',
    argument: 'logged',
    required: false,
    classes: cleanup,
    since: '3.2',
    endsMessage: true,
    effect: say(
      'The rest of the message is not looked at: no checks, no Milters.',
      'O resto da mensagem não é examinado: nem verificações, nem Milters.',
    ),
  },
  {
    name: 'PREPEND',
    argument: 'line',
    required: true,
    classes: [...cleanup, ...smtp],
    since: '2.1',
    endsMessage: false,
    effect: say(
      'A line is put before this one; it is not looked at itself.',
      'Uma linha é posta antes desta; ela própria não é examinada.',
    ),
  },
  {
    name: 'REPLACE',
    argument: 'line',
    required: true,
    classes: all,
    since: '2.2',
    endsMessage: false,
    effect: say(
      'The line is replaced; the new one is not looked at again.',
      'A linha é substituída; a nova não é examinada de novo.',
    ),
  },
  {
    name: 'STRIP',
    argument: 'logged',
    required: false,
    classes: all,
    since: '3.2',
    endsMessage: false,
    effect: say('The line is removed, and that is logged.', 'A linha é removida, e isso é registrado.'),
  },
  {
    name: 'IGNORE',
    argument: 'ignored',
    required: false,
    classes: all,
    endsMessage: false,
    effect: say('The line is removed without a word in the log.', 'A linha é removida sem nada no log.'),
  },
  {
    name: 'WARN',
    argument: 'logged',
    required: false,
    classes: all,
    endsMessage: false,
    effect: say(
      'Logs a warning; later rules are not asked about this line.',
      'Registra um aviso; regras posteriores não são consultadas para esta linha.',
    ),
  },
  {
    name: 'INFO',
    argument: 'logged',
    required: false,
    classes: all,
    since: '2.8',
    endsMessage: false,
    effect: say(
      'Logs a note; later rules are not asked about this line.',
      'Registra uma nota; regras posteriores não são consultadas para esta linha.',
    ),
  },
  {
    name: 'DUNNO',
    argument: 'ignored',
    required: false,
    classes: all,
    since: '2.1',
    endsMessage: false,
    effect: say(
      'Nothing happens; later rules are not asked about this line.',
      'Nada acontece; regras posteriores não são consultadas para esta linha.',
    ),
  },
  {
    name: 'OK',
    argument: 'ignored',
    required: false,
    classes: all,
    endsMessage: false,
    effect: say('The same as DUNNO: it does not accept the message.', 'O mesmo que DUNNO: não aceita a mensagem.'),
  },
];

const byName = new Map(actions.map(action => [action.name, action]));

/** The actions, in the order of their weight. */
export const checksActions: readonly ChecksAction[] = actions;

/** The action of a rule's text, by its first word in any case; undefined for one that Postfix does not know. */
export function checksAction(text: string): {
  readonly action: ChecksAction | undefined;
  readonly word: string;
  readonly argument: string;
} {
  const end = /[ \t]|$/.exec(text)?.index ?? text.length;
  const word = text.slice(0, end);
  return { action: byName.get(word.toUpperCase()), word, argument: text.slice(end).replace(/^[ \t]+/, '') };
}
