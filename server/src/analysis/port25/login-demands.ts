/** The demands on logins: that one can be made, that passwords stay in TLS, that a sender belongs to its login. */
import { namePlace, siteSettings } from '../../model/settings';
import type { Site } from '../../model/site';
import { say } from '../../text/message';
import { sessionEvidence } from '../evidence';
import { offersLogin, type Listener } from '../mail-flow/listeners';
import { ownDomains } from '../mail-flow/own-domains';
import { keepsPasswordsForTls, serverTls } from '../mail-flow/server-tls';
import type { ListenerSearches } from '../smtp/searches';
import type { Session, SessionAnswer } from '../smtp/session';
import { trySession } from '../smtp/try-session';
import { brokenBy, doesNotStart, located, noSubmission, servicePlace, type Finding } from './demand';

/** Whether a user gets through AUTH on a listener, shown by a session where one does. */
export function canLogIn(site: Site, listener: Listener, searches: readonly ListenerSearches[]): Finding {
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
      '"{service}" takes the login; what it refuses is this mail: {text}',
      '"{service}" aceita o login; o que recusa é esta mensagem: {text}',
      args,
    );
    return { status: 'met', reason, evidence, ...place };
  }
  if (/^TLS not available/.test(answer.text ?? '') && serverTls(listener.settings)?.certificate) {
    const reason = say(
      'the certificate that "{service}" names is not among the files; without it nobody gets TLS, nor a login ({text})',
      'o certificado que "{service}" indica não está entre os arquivos; sem ele ninguém tem TLS nem login ({text})',
      args,
    );
    return { status: 'unknown', reason, evidence, ...place };
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

/** Whether a listener takes passwords in TLS alone. */
export function protectsPasswords(site: Site, listener: Listener): Finding {
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

/** Whether a listener refuses a login the sender of another; a refusal counts where the owner, or a user of the site, may send. */
export function boundSender(site: Site, listener: ListenerSearches, submission: readonly Listener[]): Finding {
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
    const broken = brokenBy(search);
    const owned = answer.code === '553' || / 553\b/.test(search.stopper?.outcome ?? '');
    if (broken) return { status: 'unknown', reason: broken, evidence, ...located(search.stopper) };
    if (!owned && !(loggedIn(answer) && someUserSends(site, listener, submission))) {
      const reason = say(
        'on "{service}" this login is refused for another reason, so nothing shows what it may send as ({text})',
        'em "{service}" este login é recusado por outro motivo; nada mostra com que remetente ele enviaria ({text})',
        { ...name, text: search.stopper?.outcome ?? [answer.code, answer.text].filter(Boolean).join(' ') },
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

function someUserSends(site: Site, searches: ListenerSearches, submission: readonly Listener[]): boolean {
  return submission
    .filter(l => l.service === searches.service)
    .some(l => logins(site, l, [searches]).some(session => trySession(site, session).verdict === 'accept'));
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
