import { deepEqual, equal } from 'node:assert/strict';
import { searchListeners, type Search } from '@postfix-tools/server/analysis/smtp/searches';
import { trySession } from '@postfix-tools/server/analysis/smtp/try-session';
import { format } from '@postfix-tools/server/text/message';
import { siteOf } from '../../support/site';

const base =
  'compatibility_level = 3.6\nmyhostname = mx.example.com\nmydestination = example.com\nmynetworks = 127.0.0.0/8\n';
const master = 'smtp inet n - y - - smtpd\n';

/** What a search says in short: the verdict, or the word that stops the stranger. */
function short(search: Search): string {
  if (search.kind === 'found') return search.assumptions.length > 0 ? 'perhaps' : 'found';
  return search.kind === 'safe' ? `stopped by ${search.stopper?.text ?? '?'}` : 'none';
}

function search(main: string, services = master, files: Readonly<Record<string, string>> = {}) {
  const texts = { '/etc/postfix/main.cf': base + main, '/etc/postfix/master.cf': services, ...files };
  const site = siteOf(texts);
  return { site, found: searchListeners(site) };
}

describe('searches', () => {
  it('a guarded site is safe, and the guard is named', () => {
    const { found } = search('smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n');
    equal(short(found[0]?.openRelay ?? { kind: 'none' }), 'stopped by reject_unauth_destination');
    const stopper = found[0]?.openRelay.kind === 'safe' ? found[0].openRelay.stopper : undefined;
    equal(stopper?.source?.slice(stopper.span ?? { start: 0, end: 0 }), 'reject_unauth_destination');
  });
  it('an open relay is found with a session that is accepted', () => {
    const { site, found } = search(
      'smtpd_relay_restrictions = check_client_access static:OK, reject_unauth_destination\n',
    );
    const [first] = found;
    equal(short(first?.openRelay ?? { kind: 'none' }), 'found');
    if (first?.openRelay.kind === 'found') equal(trySession(site, first.openRelay.session).verdict, 'accept');
  });
  it('a forged sender or HELO that a table lets through', () => {
    const sender = search(
      'smtpd_relay_restrictions = check_sender_access inline:{friend.example=OK}, reject_unauth_destination\n',
    );
    equal(short(sender.found[0]?.openRelay ?? { kind: 'none' }), 'stopped by reject_unauth_destination');
    equal(short(sender.found[0]?.forgedRelay ?? { kind: 'none' }), 'found');
    const helo = search('smtpd_relay_restrictions = check_helo_access texthash:/etc/postfix/h, reject\n', master, {
      '/etc/postfix/h': 'friend.example OK\n',
    });
    equal(short(helo.found[0]?.forgedRelay ?? { kind: 'none' }), 'found');
  });
  it('a stranger gets in behind STARTTLS where the certificate may be there, named from the queue directory on', () => {
    const main = 'smtpd_tls_cert_file = cert.pem\nsmtpd_relay_restrictions = check_client_access static:OK, reject\n';
    const { found } = search(main, 'smtp inet n - y - - smtpd\n  -o smtpd_tls_security_level=encrypt\n');
    equal(short(found[0]?.openRelay ?? { kind: 'none' }), 'found');
  });
  it('a partner’s network and a partner’s domain are no open relay', () => {
    for (const list of [
      'check_client_access inline:{203.0.113=OK}',
      'check_recipient_access inline:{example.org=OK}',
    ]) {
      const { found } = search(`smtpd_relay_restrictions = ${list}, reject_unauth_destination\n`);
      equal(short(found[0]?.openRelay ?? { kind: 'none' }), 'stopped by reject_unauth_destination', list);
    }
  });
  it('everybody in mynetworks, every domain in relay_domains', () => {
    equal(short(search('mynetworks = 0.0.0.0/0\n').found[0]?.openRelay ?? { kind: 'none' }), 'found');
    equal(short(search('relay_domains = static:all\n').found[0]?.openRelay ?? { kind: 'none' }), 'found');
  });
  it('a policy server leaves it open', () => {
    const { found } = search(
      'smtpd_relay_restrictions = check_policy_service inet:127.0.0.1:10023, reject_unauth_destination\n',
    );
    equal(short(found[0]?.openRelay ?? { kind: 'none' }), 'perhaps');
  });
  it('a stranger sets up its own DNS as it needs it, not that of others', () => {
    const own = 'smtpd_relay_restrictions = reject_unknown_sender_domain, check_sender_mx_access inline:{10=REJECT}, ';
    const list = `${own}reject_unknown_helo_hostname, check_client_access static:OK, reject\n`;
    equal(short(search(list).found[0]?.openRelay ?? { kind: 'none' }), 'found');
    const others = 'smtpd_relay_restrictions = reject_rbl_client list.example, check_client_access static:OK, reject\n';
    equal(short(search(others).found[0]?.openRelay ?? { kind: 'none' }), 'perhaps');
  });
  it('own domains and mailboxes that only a database knows', () => {
    const maps = (name: string): string => `mysql:/etc/postfix/${name}.cf`;
    const { found } = search(
      `mydestination = localhost\nvirtual_mailbox_domains = ${maps('domains')}\nvirtual_mailbox_maps = ${maps('users')}\n` +
        `virtual_alias_maps = ${maps('aliases')}\ntransport_maps = ${maps('transport')}\n` +
        `smtpd_sender_login_maps = ${maps('logins')}\nsmtpd_sasl_auth_enable = yes\n` +
        'smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination\n' +
        'smtpd_sender_restrictions = reject_authenticated_sender_login_mismatch\n',
      master,
      Object.fromEntries(['domains', 'users', 'aliases', 'transport', 'logins'].map(n => [`/etc/postfix/${n}.cf`, ''])),
    );
    const [one] = found;
    equal(short(one?.openRelay ?? { kind: 'none' }), 'stopped by reject_unauth_destination');
    equal(short(one?.loginForging ?? { kind: 'none' }), 'stopped by reject_authenticated_sender_login_mismatch');
    const local = one?.strangersLocal;
    deepEqual(
      local?.kind === 'found' && local.assumptions.map(m => format(m, 'en')),
      ['users', 'domains'].map(name => `the table ${maps(name)} is not in the files`),
    );
  });
  it('what may be accepted by some answer is not called safe, however many answers there are', () => {
    const services = Array.from({ length: 6 }, (_, i) => `check_policy_service inet:127.0.0.1:${10_000 + i}`);
    const { found } = search(`smtpd_relay_restrictions = ${services.join(', ')}, reject_unauth_destination\n`);
    equal(short(found[0]?.openRelay ?? { kind: 'none' }), 'perhaps');
  });
  it('submission: strangers, and users who send as another', () => {
    const open = 'submission inet n - y - - smtpd -o smtpd_sasl_auth_enable=yes -o smtpd_sender_restrictions=';
    const { found } = search(
      'smtpd_sender_login_maps = inline:{bob@example.com=bob,al@example.com=al}\n',
      master + open,
    );
    deepEqual(
      found.map(f => [f.submission, short(f.openRelay), short(f.strangersLocal), short(f.loginForging)]),
      [
        [false, 'stopped by defer_unauth_destination', 'found', 'none'],
        [true, 'stopped by defer_unauth_destination', 'found', 'found'],
      ],
    );
    const closed = '-o smtpd_client_restrictions=permit_sasl_authenticated,reject -o smtpd_sasl_auth_enable=yes';
    const shut = search(
      'smtpd_sender_login_maps = inline:{bob@example.com=bob,al@example.com=al}\nsmtpd_sender_restrictions = reject_sender_login_mismatch\n',
      `submission inet n - y - - smtpd ${closed}\n`,
    );
    const [one] = shut.found;
    equal(short(one?.strangersLocal ?? { kind: 'none' }), 'stopped by reject');
    equal(short(one?.loginForging ?? { kind: 'none' }), 'stopped by reject_authenticated_sender_login_mismatch');
  });
  it('what nobody reaches or what dies is not searched', () => {
    const { found } = search(
      '',
      `127.0.0.1:10025 inet n - y - - smtpd -o smtpd_relay_restrictions=permit_mynetworks,reject\n`,
    );
    deepEqual([found[0]?.exposed, short(found[0]?.openRelay ?? { kind: 'none' })], [false, 'none']);
    const dead = search('smtpd_relay_restrictions = permit\n').found[0]?.openRelay;
    equal(dead?.kind === 'none' && dead.says?.startsWith('in parameter smtpd_relay_restrictions'), true);
  });
  it('postscreen hands its clients on to the smtpd behind it', () => {
    const services =
      'smtp inet n - y - 1 postscreen\nsmtpd pass - - y - - smtpd -o smtpd_relay_restrictions=check_client_access,static:OK,reject\n';
    const { found } = search('', services);
    deepEqual(
      [found[0]?.service.command.text, found[0]?.smtpd.command.text, short(found[0]?.openRelay ?? { kind: 'none' })],
      ['postscreen', 'smtpd', 'found'],
    );
  });
});
