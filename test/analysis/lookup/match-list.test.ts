import { equal } from 'node:assert/strict';
import { explore } from '@postfix-tools/server/analysis/doubt';
import {
  matchClient,
  matchDomain,
  matchString,
  parsePatterns,
  type Match,
  type Pattern,
} from '@postfix-tools/server/analysis/lookup/match-list';
import type { Ask } from '@postfix-tools/server/analysis/doubt';
import type { TableEnv } from '@postfix-tools/server/analysis/lookup/table';
import { SourceText } from '@postfix-tools/server/text/source-text';

const env: TableEnv = {
  file: path =>
    path === '/nets'
      ? { kind: 'text', source: new SourceText(path, '# nets\n192.0.2.0/24 # office\n!198.51.100.1\n') }
      : { kind: 'missing' },
  pattern: () => ({ kind: 'none' }),
  user: () => false,
};

function parse(value: string): Pattern[] {
  const patterns = parsePatterns(value, 'mynetworks', env);
  if ('fatal' in patterns) throw new Error(patterns.fatal);
  return patterns;
}
const run = (match: (ask: Ask) => Match): string => explore(match, 1).runs[0]?.outcome.kind ?? '';
const client = (value: string, address: string, name = 'unknown'): string =>
  run(ask => matchClient(parse(value), name, address, true, ask));
const domain = (value: string, name: string, parents: boolean): string =>
  run(ask => matchDomain(parse(value), name, parents, ask));

describe('match lists', () => {
  it('networks: the first that matches counts, negated or not', () => {
    equal(client('!203.0.113.9, 203.0.113.0/24', '203.0.113.9'), 'excluded');
    equal(client('203.0.113.0/24, !203.0.113.9', '203.0.113.9'), 'match');
    equal(client('!!203.0.113.9', '203.0.113.9'), 'match');
    equal(client('[::1]/128', '::1'), 'match');
    equal(client('[0:0::1]', '::1'), 'match');
    equal(client('203.0.113.1-203.0.113.9', '203.0.113.5'), 'none');
    equal(client('unknown', '203.0.113.5'), 'match');
    equal(client('example.net', '203.0.113.5', 'host.example.net'), 'match');
  });
  it('a broken network is an error when its turn comes, for its own family', () => {
    equal(client('127.0.0.0/8, 130/8', '127.0.0.1'), 'match');
    equal(client('127.0.0.0/8, 130/8', '203.0.113.9'), 'error');
    equal(client('127.0.0.1/8', '::1'), 'none');
  });
  it('files are read in place, a # ends a list, a missing file fails', () => {
    equal(client('/nets', '192.0.2.5'), 'match');
    equal(client('!/nets', '192.0.2.5'), 'excluded');
    equal(client('/nets', '198.51.100.1'), 'excluded');
    equal(client('# 0.0.0.0/0', '192.0.2.5'), 'none');
    equal(client('/none', '192.0.2.5'), 'error');
  });
  it('a bare IPv6 network and a lone ! end the process', () => {
    equal('fatal' in parsePatterns('::1/128', 'mynetworks', env), true);
    equal('fatal' in parsePatterns('a !', 'mynetworks', env), true);
    equal(client('2001:db8::/32', '203.0.113.9'), 'error');
  });
  it('domains: parents by the setting, or by a leading dot', () => {
    equal(domain('example.org', 'a.example.org', true), 'match');
    equal(domain('example.org', 'a.example.org', false), 'none');
    equal(domain('.example.org', 'a.example.org', true), 'none');
    equal(domain('.example.org', 'a.example.org', false), 'match');
    equal(domain('.example.org', 'example.org', false), 'none');
    equal(domain('inline:{example.org=x}', 'a.example.org', true), 'match');
    equal(domain('EXAMPLE.org', 'Example.ORG', true), 'match');
    equal(
      run(ask => matchString(parse('example.org'), 'a.example.org', ask)),
      'none',
    );
  });
});
