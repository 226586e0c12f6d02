/** The demands on Postfix: submission, what it asks of users, and what strangers get. */
import { namePlace, siteSettings, type Place } from '../../model/settings';
import { masterOf } from '../../model/services';
import type { Site } from '../../model/site';
import type { Service } from '../../syntax/master-cf/parse';
import { say, type Message } from '../../text/message';
import { permittingStep, sessionEvidence } from '../evidence';
import { listenersOf, offersLogin, type Listener } from '../mail-flow/listeners';
import { ownDomains } from '../mail-flow/own-domains';
import { keepsPasswordsForTls } from '../mail-flow/server-tls';
import { masterDies } from '../smtp/start-up';
import { searchListeners, type ListenerSearches, type Search } from '../smtp/searches';
import type { Session, SessionAnswer } from '../smtp/session';
import { trySession } from '../smtp/try-session';
import { worst, type Demand, type Finding } from './demand';

const resolution = 'CGI.br RES/2009/002/P';

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
    answer: ({ users }) => worst(users.map(boundSender), noSubmission),
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

const noSubmission: Finding = {
  status: 'unknown',
  reason: say(
    'there is no submission service to ask; offer one first',
    'não há serviço de submissão a examinar; ofereça um antes',
  ),
};

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
  { verdict, code, stage }: SessionAnswer,
  service: string,
): Message {
  const args = { service, code: [verdict, code].filter(Boolean).join(' '), stage: stage ?? '' };
  return stopper
    ? say(
        '"{service}" stops the stranger with {stopper} ({code})',
        '"{service}" barra o estranho com {stopper} ({code})',
        {
          ...args,
          stopper: stopper.text,
        },
      )
    : say('"{service}" stops the stranger ({code})', '"{service}" barra o estranho ({code})', args);
}

function canLogIn(site: Site, listener: Listener, searches: readonly ListenerSearches[]): Finding {
  const service = listener.service.name.text;
  const sasl = listener.settings.get('smtpd_sasl_auth_enable');
  const place = located(namePlace(sasl) ?? servicePlace(site, listener.service));
  const on = offersLogin(listener);
  if (sasl.unknown) return { status: 'unknown', reason: sasl.unknown, ...place };
  if (on !== true) {
    const reason = say(
      'SASL is off in "{service}", so no AUTH is offered: set smtpd_sasl_auth_enable=yes there',
      'o SASL está desligado em "{service}", e não se oferece AUTH: defina ali smtpd_sasl_auth_enable=yes',
      { service },
    );
    return { status: 'not-met', reason, ...place };
  }
  const tries = logins(site, listener, searches).map(session => ({ session, answer: trySession(site, session) }));
  const best =
    tries.find(t => t.answer.verdict === 'accept') ??
    tries.find(t => loggedIn(t.answer)) ??
    tries.find(t => t.answer.verdict === 'unknown') ??
    tries[0];
  if (!best) return { status: 'unknown', reason: noSubmission.reason, ...place };
  const { session, answer } = best;
  const evidence = sessionEvidence(session, answer);
  const args = { service, text: [answer.code, answer.text].filter(Boolean).join(' ') };
  if (answer.verdict === 'accept') {
    const reason = say('"{service}" takes the login, then the mail', '"{service}" aceita o login e a mensagem', args);
    return { status: 'met', reason, evidence, ...place };
  }
  if (loggedIn(answer)) {
    const reason = say(
      '"{service}" takes the login; which login may use which sender is not in the files, so this mail is refused: {text}',
      '"{service}" aceita o login; os arquivos não dizem que login usa que remetente, e esta mensagem é recusada: {text}',
      args,
    );
    return { status: 'met', reason, evidence, ...place };
  }
  if (answer.verdict === 'unknown') {
    const [why] = answer.unknown;
    return { status: 'unknown', reason: why ?? noSubmission.reason, evidence, ...place };
  }
  const reason = say('"{service}" does not take the login: {text}', '"{service}" não aceita o login: {text}', args);
  return { status: 'not-met', reason, evidence, ...place };
}

/** Whether a session that is refused was logged in by then. */
function loggedIn({ verdict, stage }: SessionAnswer): boolean {
  const later = stage === 'mail' || stage === 'rcpt' || stage === 'data' || stage === 'eod';
  return (verdict === 'reject' || verdict === 'defer') && later;
}

function protectsPasswords(site: Site, listener: Listener): Finding {
  const { service, settings, proxied } = listener;
  const name = { service: service.name.text };
  const set = ['smtpd_tls_security_level', 'smtpd_tls_auth_only', 'smtpd_tls_wrappermode']
    .map(parameter => namePlace(settings.get(parameter)))
    .find(found => found !== undefined);
  const place = located(set ?? servicePlace(site, service));
  const keeps = keepsPasswordsForTls(settings);
  if (keeps === true) {
    const session = userSession(site, listener, false);
    const answer = trySession(site, session);
    const stopped = !listener.wrapped && answer.stage === 'auth' && answer.verdict === 'reject';
    return {
      status: 'met',
      reason: listener.wrapped
        ? say('"{service}" speaks TLS from the first byte', '"{service}" fala TLS desde o primeiro byte', name)
        : say('"{service}" takes no password before TLS', '"{service}" não aceita senha antes do TLS', name),
      ...(stopped && { evidence: sessionEvidence(session, answer) }),
      ...place,
    };
  }
  if (keeps === undefined || proxied) {
    const reason = say(
      'the files do not settle whether "{service}" keeps passwords for TLS',
      'os arquivos não definem se "{service}" só aceita senhas com TLS',
      name,
    );
    return { status: 'unknown', reason, ...place };
  }
  if (offersLogin(listener) !== true) {
    const reason = say(
      '"{service}" asks for no password yet; before switching SASL on, set smtpd_tls_security_level=encrypt',
      '"{service}" ainda não pede senha; antes de ligar o SASL, defina smtpd_tls_security_level=encrypt',
      name,
    );
    return { status: 'unknown', reason, ...place };
  }
  const session = userSession(site, listener, false);
  const answer = trySession(site, session);
  const reason = say(
    '"{service}" takes passwords without TLS, and anybody on the way can read them: set smtpd_tls_security_level=encrypt',
    '"{service}" aceita senhas sem TLS, e qualquer um no caminho pode lê-las: defina smtpd_tls_security_level=encrypt',
    name,
  );
  const shows = answer.verdict === 'accept' || loggedIn(answer);
  return { status: 'not-met', reason, ...(shows && { evidence: sessionEvidence(session, answer) }), ...place };
}

function boundSender(listener: ListenerSearches): Finding {
  const { loginForging: search, service, server } = listener;
  const name = { service: service.name.text };
  const place = located(
    namePlace(server.settings.get('smtpd_sender_login_maps')) ?? servicePlace(server.machine.site, service),
  );
  if (search.kind === 'none') {
    const reason =
      search.says === undefined
        ? say('nobody can log in on "{service}"', 'ninguém consegue fazer login em "{service}"', name)
        : doesNotStart(search.says);
    return { status: 'unknown', reason, ...place };
  }
  const { session, answer } = search;
  const evidence = sessionEvidence(session, answer);
  const args = { ...name, login: session.sasl_username ?? '', sender: session.sender ?? '' };
  if (search.kind === 'safe') {
    if (!loggedIn(answer)) {
      const reason = say(
        'the login itself fails on "{service}", so nothing shows what it may send as',
        'o próprio login falha em "{service}"; nada mostra com que remetente ele enviaria',
        name,
      );
      return { status: 'unknown', reason, evidence, ...place };
    }
    const reason = say(
      '"{service}" refuses {sender} to the login {login}',
      '"{service}" recusa {sender} ao login {login}',
      args,
    );
    return { status: 'met', reason, evidence, ...(search.stopper?.source ? located(search.stopper) : place) };
  }
  const [why] = search.assumptions;
  if (why) {
    const reason = say(
      'whether the login {login} may send as {sender} hangs on this: {why}',
      'se o login {login} pode enviar como {sender} depende do seguinte: {why}',
      { ...args, why },
    );
    return { status: 'unknown', reason, evidence, ...place };
  }
  const reason = say(
    'the login {login} sends as {sender} on "{service}": name the owners in smtpd_sender_login_maps and put reject_sender_login_mismatch before permit_sasl_authenticated',
    'o login {login} envia como {sender} em "{service}": indique os donos em smtpd_sender_login_maps e ponha reject_sender_login_mismatch antes de permit_sasl_authenticated',
    args,
  );
  return { status: 'not-met', reason, evidence, ...place };
}

/** Users who may be able to send: the owner that the login maps name, and a user of the site by name and by address. */
function logins(site: Site, listener: Listener, searches: readonly ListenerSearches[]): readonly Session[] {
  const usual = userSession(site, listener, true);
  const forged = searches.find(s => s.service === listener.service)?.loginForging;
  const owner = forged && forged.kind !== 'none' ? (forged.session.sender ?? '') : '';
  const local = owner.split('@')[0] ?? '';
  const owners = owner === '' ? [] : [local, owner].map(login => ({ ...usual, sender: owner, sasl_username: login }));
  return [...owners, usual, { ...usual, sasl_username: usual.sender ?? '' }];
}

/** A user of the site who logs in and sends to somebody outside. */
function userSession(site: Site, { service }: Listener, tls: boolean): Session {
  const domain = ownDomains(site)[0]?.name ?? (siteSettings(site).text('mydomain') || 'example.com');
  return {
    service: service.name.text,
    client_address: '203.0.113.9',
    client_name: 'unknown',
    helo: 'client.example.net',
    sasl_username: 'alice',
    tls,
    sender: `alice@${domain}`,
    recipient: 'b@example.net',
  };
}

function doesNotStart(says: string): Message {
  return say('smtpd does not start there: {says}', 'o smtpd não inicia ali: {says}', { says });
}

function servicePlace(site: Site, service: Service): Place | undefined {
  const { tree, assumed } = masterOf(site);
  return assumed ? undefined : { source: tree.source, span: service.name.span };
}

function located(place: Partial<Place> | undefined): { readonly place?: Place } {
  return place?.source && place.span ? { place: { source: place.source, span: place.span } } : {};
}
