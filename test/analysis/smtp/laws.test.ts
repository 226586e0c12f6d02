import { deepEqual, equal, ok } from 'node:assert/strict';
import * as fc from 'fast-check';
import { searchListeners, type ListenerSearches } from '@postfix-tools/server/analysis/smtp/searches';
import { foreignRecipients, strangerWorld } from '@postfix-tools/server/analysis/smtp/strangers';
import type { Session } from '@postfix-tools/server/analysis/smtp/session';
import { trySession } from '@postfix-tools/server/analysis/smtp/try-session';
import { randomCase } from '../../parity/smtp-cases';
import { siteOf } from '../../support/site';
import { siteOfCase, worldOf, type OracleCase } from './oracle';

const seeds = fc.integer({ min: 1, max: 1_000_000 });
const answer = (given: OracleCase, session: Session, main = given.main) => {
  const { verdict, code, enhanced, stage } = trySession(siteOfCase({ ...given, main }), session, worldOf(given));
  return { verdict, code, enhanced, stage };
};

/** A random permutation of lines, `compatibility_level` and duplicates left where they are enough alone. */
function shuffled(lines: readonly string[], seed: number): string[] {
  return lines
    .map((line, i) => ({ line, key: (Math.imul(i + 1, 2654435761) ^ Math.imul(seed, 40503)) >>> 0 }))
    .sort((a, b) => a.key - b.key)
    .map(x => x.line);
}

/** Addresses that are nobody's in the random configurations. */
const publicAddress = fc
  .tuple(fc.integer({ min: 80, max: 95 }), fc.nat(255), fc.nat(255), fc.nat(255))
  .map(bytes => bytes.join('.'));

const isSafe = ({ openRelay, forgedRelay }: ListenerSearches): boolean =>
  openRelay.kind === 'safe' && forgedRelay.kind === 'safe';

/** Random configurations that have a listener at which the search finds no relay. */
function safeSites(count: number): OracleCase[] {
  const out: OracleCase[] = [];
  for (let seed = 1; out.length < count; seed++) {
    const given = randomCase(seed);
    if (searchListeners(siteOfCase(given)).some(isSafe)) out.push(given);
  }
  return out;
}

describe('laws of sessions', () => {
  it('comments and the order of parameters change no answer', () => {
    fc.assert(
      fc.property(seeds, seed => {
        const given = randomCase(seed);
        const lines = given.main.trimEnd().split('\n');
        const mixed = shuffled(lines, seed)
          .flatMap(line => ['# a comment', line, ''])
          .join('\n');
        for (const session of given.sessions ?? [])
          deepEqual(answer(given, session, `${mixed}\n`), answer(given, session));
      }),
      { numRuns: 40, seed: 25 },
    );
  });
  it('a permit taken out makes no refused session accepted, unless smtpd then dies', () => {
    const permits =
      /\b(?:permit_mynetworks|permit_sasl_authenticated|permit_inet_interfaces|permit_auth_destination)(?:, |$)/m;
    fc.assert(
      fc.property(seeds, seed => {
        // Access tables may hold any restriction, so that one word less can shift what warn_if_reject covers.
        const given = randomCase(seed);
        if (/warn_if_reject|defer_if_reject/.test(given.main + JSON.stringify(given.files))) return;
        const fewer = given.main.replace(permits, '');
        for (const session of given.sessions ?? []) {
          const before = answer(given, session);
          const after = answer(given, session, fewer);
          if (before.verdict === 'reject' && after.verdict === 'accept')
            ok(false, `${given.id} ${JSON.stringify(session)}`);
        }
      }),
      { numRuns: 60, seed: 25 },
    );
  });
  it('where the search finds no relay, none of 10,000 random strangers relays', function () {
    this.timeout(240_000);
    const names = fc.constantFrom(
      'stranger.test',
      'example.com',
      'mail.example.com',
      'localhost',
      'a.b.elsewhere.test',
    );
    const strangers = fc.record({
      helo: fc.oneof(names, fc.constantFrom('[203.0.113.9]', '[127.0.0.1]', 'no_name', ''), fc.domain()),
      sender: fc.oneof(
        fc.constantFrom('', 'alice@example.com', 'postmaster@example.com', '"a@b"@example.com', 'nobody'),
        fc.emailAddress(),
      ),
      client_address: fc.oneof(fc.constantFrom('89.10.11.12', '2a00:1450::19'), publicAddress),
      // Its own name is a stranger's to choose, but none of the site's: address and name must lead to each other in DNS.
      client_name: fc.oneof(fc.constantFrom('unknown', 'host.stranger.test', 'stranger.test'), fc.domain()),
      which: fc.nat(3),
      form: fc.constantFrom('plain', 'percent', 'bang', 'route'),
      tls: fc.boolean(),
    });
    let asked = 0;
    for (const given of safeSites(40)) {
      const site = siteOfCase(given);
      const safe = searchListeners(site).filter(isSafe);
      // With the hacks off an address with a sign in it is a local user's, however odd.
      const plain = /allow_percent_hack|swap_bangpath|allow_untrusted_routing/.test(given.main);
      fc.assert(
        fc.property(fc.constantFrom(...safe), strangers, (found, { which, form, ...one }) => {
          const foreign = foreignRecipients(found.server);
          const far = foreign[which % foreign.length] ?? 'victim@example.org';
          const domain = far.slice(far.indexOf('@') + 1);
          const forms = {
            plain: far,
            percent: `victim%${domain}@example.com`,
            bang: `${domain}!victim@example.com`,
            route: `@example.com:victim@${domain}`,
          };
          const recipient = plain ? far : forms[form];
          const session = { ...one, recipient, service: found.service.name.text };
          asked++;
          const { verdict } = trySession(site, session, worldOf(given));
          ok(verdict !== 'accept', `${given.id} ${JSON.stringify(session)}`);
        }),
        { numRuns: 10_000, seed: 25 },
      );
    }
    equal(asked, 400_000);
  });
  it('what a search finds for certain is accepted when it is tried', () => {
    fc.assert(
      fc.property(seeds, seed => {
        const site = siteOfCase(randomCase(seed));
        for (const found of searchListeners(site)) {
          for (const search of [found.openRelay, found.forgedRelay, found.strangersLocal, found.loginForging]) {
            if (search.kind === 'found' && search.assumptions.length === 0)
              equal(trySession(site, search.session, strangerWorld).verdict, 'accept');
          }
        }
      }),
      { numRuns: 40, seed: 25 },
    );
  });
  it('a list of 10,000 words, classes in a circle and 1,000 nested classes come to an end', () => {
    const long = 'reject_unauth_pipelining, '.repeat(10_000);
    const nested = Array.from({ length: 1000 }, (_, i) => `c${i} = c${i + 1}`).join('\n');
    const names = Array.from({ length: 1001 }, (_, i) => `c${i}`).join(' ');
    const texts = [
      `smtpd_relay_restrictions = ${long} reject_unauth_destination\n`,
      'smtpd_restriction_classes = a b\na = b\nb = a\nsmtpd_relay_restrictions = a, reject\n',
      `smtpd_restriction_classes = ${names}\n${nested}\nc1000 = reject\nsmtpd_relay_restrictions = c0\n`,
    ];
    for (const text of texts) {
      const site = siteOf({ '/etc/postfix/main.cf': `compatibility_level = 3.6\n${text}` });
      ok(['reject', 'fatal', 'defer'].includes(trySession(site, { recipient: 'victim@example.org' }).verdict));
      searchListeners(site);
    }
  });
});
