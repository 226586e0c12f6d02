/** The demands on Postfix: submission, what it asks of users, and what strangers get. */
import type { Site } from '../../model/site';
import { say, type Message } from '../../text/message';
import { permittingStep, sessionEvidence } from '../evidence';
import { listenersOf, type Listener } from '../mail-flow/listeners';
import { masterDies } from '../smtp/start-up';
import { searchListeners, type ListenerSearches, type Search } from '../smtp/searches';
import type { SessionAnswer } from '../smtp/session';
import {
  brokenBy,
  doesNotStart,
  located,
  noSubmission,
  resolution,
  servicePlace,
  worst,
  type Demand,
  type Finding,
} from './demand';
import { boundSender, canLogIn, protectsPasswords } from './login-demands';

/** What is asked of the site's listeners, each with its title and source. */
const questions: readonly {
  readonly id: string;
  readonly title: Message;
  readonly source: string;
  readonly answer: (asked: Asked) => Finding;
}[] = [
  {
    id: 'submission-offered',
    title: say('Mail submission is offered on port 587 or 465', 'A submissão é oferecida na porta 587 ou 465'),
    source: `${resolution}; RFC 6409, 3.1; RFC 8314, 3.3`,
    answer: offered,
  },
  {
    id: 'submission-login-required',
    title: say(
      'Nobody gets mail out through submission without a login',
      'Ninguém envia mensagens para fora pela submissão sem login',
    ),
    source: `${resolution}; RFC 6409, 4.3`,
    answer: ({ users }) =>
      worst(
        users.flatMap(l => [l.openRelay, l.forgedRelay].flatMap(search => bySearch(search, l, relayed))),
        noSubmission,
      ),
  },
  {
    id: 'submission-closed-to-strangers',
    title: say(
      'Strangers cannot hand in mail on the submission port at all',
      'Estranhos não entregam mensagem alguma pela porta de submissão',
    ),
    source: 'RFC 6409, 4.3',
    answer: ({ users }) =>
      worst(
        users.flatMap(l => bySearch(l.strangersLocal, l, handedIn)),
        noSubmission,
      ),
  },
  {
    id: 'submission-login-possible',
    title: say('Users can log in on the submission port', 'Os usuários conseguem fazer login na porta de submissão'),
    source: `${resolution}; RFC 4954`,
    answer: ({ site, submission, users }) =>
      worst(
        submission.map(l => canLogIn(site, l, users)),
        noSubmission,
      ),
  },
  {
    id: 'passwords-in-tls',
    title: say('Passwords are taken in TLS alone', 'Senhas só são aceitas com TLS'),
    source: 'RFC 8314, 3.3 and 4.1',
    answer: ({ site, submission }) =>
      worst(
        submission.map(l => protectsPasswords(site, l)),
        noSubmission,
      ),
  },
  {
    id: 'sender-bound-to-login',
    title: say("No user sends in another user's name", 'Nenhum usuário envia em nome de outro'),
    source: 'RFC 6409, 6.1',
    answer: ({ site, submission, users }) =>
      worst(
        users.map(l => boundSender(site, l, submission)),
        noSubmission,
      ),
  },
  {
    id: 'no-open-relay',
    title: say('Port 25 relays for no stranger', 'A porta 25 não faz relay para estranhos'),
    source: `${resolution}; RFC 5068, 3.1`,
    answer: ({ servers }) =>
      worst(
        servers.flatMap(l => [l.openRelay, l.forgedRelay].flatMap(search => bySearch(search, l, relayed))),
        {
          status: 'met',
          reason: say('no other service listens to the outside', 'nenhum outro serviço escuta o lado de fora'),
        },
      ),
  },
];

/** The listeners of a site that the outside reaches, sorted by what they are for. */
interface Asked {
  readonly site: Site;
  readonly submission: readonly Listener[];
  readonly users: readonly ListenerSearches[];
  readonly servers: readonly ListenerSearches[];
}

/** The seven demands on Postfix, in the order of a message's way; all unknown where the settings are. */
export function smtpDemands(site: Site): readonly Demand[] {
  const closed = cannotTell(site);
  const searches = closed ? [] : searchListeners(site).filter(l => l.exposed);
  const asked: Asked = {
    site,
    submission: listenersOf(site).filter(l => (l.role === 'submission' || l.role === 'submissions') && !l.loopback),
    users: searches.filter(l => l.submission),
    servers: searches.filter(l => !l.submission),
  };
  return questions.map(({ answer, ...demand }) => ({ ...demand, ...(closed ?? answer(asked)) }));
}

/** Why nothing can be said of the services: no settings, no services, or a master that does not start. */
function cannotTell(site: Site): Finding | undefined {
  if (!site.main) {
    return {
      status: 'unknown',
      reason: say(
        'there is no main.cf here, so the settings are not known',
        'não há main.cf aqui; as configurações não são conhecidas',
      ),
    };
  }
  const says = masterDies(site);
  return says === undefined
    ? undefined
    : { status: 'unknown', reason: say('Postfix does not start: {says}', 'o Postfix não inicia: {says}', { says }) };
}

function offered({ site, submission, users }: Asked): Finding {
  const deaths = users.flatMap(({ service, openRelay }) =>
    openRelay.kind === 'none' && openRelay.says !== undefined ? [{ service, says: openRelay.says }] : [],
  );
  const alive = submission.filter(l => !deaths.some(d => d.service === l.service));
  const best = alive.find(l => l.port === 587) ?? alive[0];
  if (best) {
    const args = { service: best.service.name.text, port: best.port ?? '' };
    return {
      status: 'met',
      reason: say('"{service}" listens on port {port}', '"{service}" escuta na porta {port}', args),
      ...located(servicePlace(site, best.service)),
    };
  }
  const [dead] = deaths;
  if (dead) return { status: 'not-met', reason: doesNotStart(dead.says), ...located(servicePlace(site, dead.service)) };
  return {
    status: 'not-met',
    reason: say(
      'no service listens on 587 or 465 for the outside: add the submission service to master.cf',
      'nenhum serviço escuta o lado de fora na 587 ou 465: acrescente o serviço submission ao master.cf',
    ),
    ...located(site.master && { source: site.master, span: { start: 0, end: 0 } }),
  };
}

const relayed = say(
  'a stranger gets mail for {recipient} accepted on {service} without a login',
  'um estranho sem login tem mensagem para {recipient} aceita em {service}',
);
const handedIn = say(
  'a stranger hands in mail for the local {recipient} on {service}: end both lists with permit_sasl_authenticated, reject',
  'um estranho entrega mensagem ao usuário local {recipient} em {service}: termine as duas listas com permit_sasl_authenticated, reject',
);

/** What a search comes to; `accepted` says what it means that the session was taken. Empty where there was nothing to ask. */
function bySearch(search: Search, listener: ListenerSearches, accepted: Message): readonly Finding[] {
  const service = listener.service.name.text;
  if (search.kind === 'none') {
    return search.says === undefined ? [] : [{ status: 'unknown', reason: doesNotStart(search.says) }];
  }
  const evidence = sessionEvidence(search.session, search.answer);
  if (search.kind === 'safe') {
    const { stopper } = search;
    const broken = brokenBy(search);
    if (broken) return [{ status: 'unknown', reason: broken, evidence, ...located(stopper) }];
    return [{ status: 'met', reason: stoppedBy(stopper, search.answer, service), evidence, ...located(stopper) }];
  }
  const what: Message = { ...accepted, args: { service, recipient: search.session.recipient ?? '' } };
  const place = located(permittingStep(search.answer) ?? servicePlace(listener.server.machine.site, listener.service));
  const [why] = search.assumptions;
  if (!why) return [{ status: 'not-met', reason: what, evidence, ...place }];
  const reason = say('{what}, perhaps; it hangs on this: {why}', '{what}, talvez; depende do seguinte: {why}', {
    what,
    why,
  });
  return [{ status: 'unknown', reason, evidence, ...place }];
}

/** What stops the stranger, as the trace has it. */
function stoppedBy(
  stopper: { readonly text: string; readonly outcome: string } | undefined,
  { verdict, code }: SessionAnswer,
  service: string,
): Message {
  const outcome = stopper?.outcome ?? [verdict, code].filter(Boolean).join(' ');
  return stopper
    ? say(
        '"{service}" stops the stranger with {stopper} ({outcome})',
        '"{service}" barra o estranho com {stopper} ({outcome})',
        { service, outcome, stopper: stopper.text },
      )
    : say('"{service}" stops the stranger ({outcome})', '"{service}" barra o estranho ({outcome})', {
        service,
        outcome,
      });
}
