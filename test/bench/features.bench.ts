/** What an editor asks for at every key: completion and hover in a large main.cf, once it has been read. */
import { completeAt } from '@postfix-tools/server/features/completion/complete';
import { hoverAt } from '@postfix-tools/server/features/hover/hover';
import { tokensOf } from '@postfix-tools/server/features/tokens/of-file';
import { formatFile } from '@postfix-tools/server/features/formatting/format';
import type { Site } from '@postfix-tools/server/model/site';
import { SourceText } from '@postfix-tools/server/text/source-text';
import { siteOf } from '../support/site';
import type { Bench } from './bench';

const block = [
  '# a comment that people leave behind',
  'smtpd_recipient_restrictions =',
  '    permit_mynetworks,',
  '    check_client_access hash:/etc/postfix/access,',
  '    reject_unauth_destination',
];

/** A main.cf of so many lines: settings of Postfix, own ones, comments, continued lists. */
function mainOf(lines: number): string {
  const out: string[] = ['mydomain = example.com'];
  for (let i = 0; out.length < lines - 1; i++) out.push(...block, `own_${i} = $mydomain ${i}`);
  return `${out.slice(0, lines - 1).join('\n')}\nmyorigin = $mydomain\n`;
}

interface Place {
  readonly site: Site;
  readonly main: SourceText;
  readonly offset: number;
}

/** A read site, and the last line of its main.cf, just behind the `$`. */
function placeIn(lines: number): Place {
  const site = siteOf({ 'etc/postfix/main.cf': mainOf(lines) });
  const main = site.main ?? new SourceText('main.cf', '');
  const offset = main.text.lastIndexOf('$') + 1;
  tokensOf(site, main);
  return { site, main, offset };
}

const sizes = [2_500, 25_000] as const;

export const benches: readonly Bench[] = [
  {
    name: 'completion of a macro on the last line',
    unit: 'line',
    sizes,
    promise: 10,
    prepare(lines) {
      const { site, main, offset } = placeIn(lines);
      return () => completeAt(site, main, offset);
    },
  },
  {
    name: 'completion of a name on the last line',
    unit: 'line',
    sizes,
    promise: 10,
    prepare(lines) {
      const { site, main } = placeIn(lines);
      return () => completeAt(site, main, main.text.length);
    },
  },
  {
    name: 'hover on the last line',
    unit: 'line',
    sizes,
    promise: 10,
    prepare(lines) {
      const { site, main, offset } = placeIn(lines);
      return () => hoverAt(site, main, offset);
    },
  },
  {
    name: 'formatting the whole file',
    unit: 'line',
    sizes,
    prepare(lines) {
      const { site, main } = placeIn(lines);
      return () => formatFile(site, main);
    },
  },
];
