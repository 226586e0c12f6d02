import type { IptablesCall, ShellError } from '../../analysis/firewall/calls';
import { editedFirewall, readOtherwise, siteFirewalls, type SiteFirewall } from '../../analysis/packet/site-firewalls';
import type { RefusedCommand } from '../../analysis/packet/ruleset';
import { holesIn } from '../../model/holes';
import type { Site } from '../../model/site';
import { optionDocs } from '../../facts/iptables-docs';
import { knownWord } from '../../syntax/iptables/word';
import { nearestFew } from '../../text/nearest';
import { say } from '../../text/message';
import type { SourceText } from '../../text/source-text';
import { hasPasted } from '../pasted';
import { defineRule, type Fix, type Report } from '../rule';

/** What scripts do to clean up or to ask, and what fails without harm when there is nothing: status 1. */
const cleaning =
  /\s(?:-[CDEFXZ]|-[nvx]*[LS]|--list(?:-rules)?|--(?:check|delete|delete-chain|flush|rename-chain|zero))\b/;

/** Chains that other programs make and fill: whether they are there is not the script's doing. */
const ofOthers = /\s(?:DOCKER|KUBE|CNI|LIBVIRT|f2b|fail2ban|ufw|cali|tailscale|ts-|virt)[-_\w]*/i;

export const rule = defineRule({
  id: 'ipt-refused',
  title: { en: 'iptables refuses this line', 'pt-BR': 'O iptables recusa esta linha' },
  severity: 'error',
  files: ['shell', 'iptables-save'],
  fixable: true,
  page: {
    why: `iptables prints a complaint, changes nothing, and a script goes on without the rule: what it should have let pass is
closed, or what it should have closed is open. A dump with one such line is not loaded at all.`,
    remedy: 'Mend the line; the program’s own words say what it stumbles over.',
    bad: { 'firewall.sh': '#!/bin/sh\niptables -A OUTPUT --dport 25 -j DROP\n' },
    good: { 'firewall.sh': '#!/bin/sh\niptables -A OUTPUT -p tcp --dport 25 -j DROP\n' },
    see: ['iptables(8)', 'iptables-extensions(8)', 'Measured with iptables 1.8.9'],
  },
  messages: {
    refused: {
      en: 'iptables refuses this line, so the rule is not there: "{says}". Mend it.',
      'pt-BR': 'O iptables recusa esta linha e a regra não existe: "{says}". Corrija-a.',
    },
    dump: {
      en: 'iptables-restore refuses this line and loads nothing of its table: "{says}". Mend it.',
      'pt-BR': 'O iptables-restore recusa esta linha e não carrega nada da tabela: "{says}". Corrija-a.',
    },
    misspelt: {
      en: 'There is no program {name}: the shell says "{says}", and the rules are as they were. {meant} is meant.',
      'pt-BR': 'Não existe o programa {name}: o shell diz "{says}" e as regras ficam como estavam. Quis dizer {meant}.',
    },
    unended: {
      en: "The last line has no line end: iptables-legacy-restore refuses it (Bad argument `COMMIT') and loads nothing. End it.",
      'pt-BR':
        "A última linha não tem fim de linha: o iptables-legacy-restore a recusa (Bad argument `COMMIT') e não carrega nada. Termine-a.",
    },
  },
  check(site, report) {
    const seen = new Set<string>();
    for (const one of siteFirewalls(site)) {
      const { firewall, kind, source: file } = one;
      if (kind === 'iptables-save' && file.text.endsWith('\nCOMMIT')) {
        const end = file.text.length;
        const title = say('End the line', 'Terminar a linha');
        const edits = [{ source: file, span: { start: end, end }, newText: '\n' }];
        const span = { start: end - 'COMMIT'.length, end };
        report(file, span, 'unended', {}, { severity: 'warning', fixes: [{ title, safe: true, edits }] });
      }
      for (const { shellErrors } of firewall.readings) misspelt(shellErrors, seen, report);
      for (const refused of firewall.refused) {
        const { origin, refusal } = refused;
        const { source, span } = origin;
        const line = source.slice(span);
        const physical = source.text.slice(source.text.lastIndexOf('\n', span.start) + 1, span.start) + line;
        const key = `${source.path}:${span.start}`;
        if (seen.has(key) || holesIn(physical + restOfLine(source, span.end)).length > 0 || hasPasted(line)) continue;
        if (refusal.status === 1 && (cleaning.test(line) || /2>\s*\/dev\/null|\|\|/.test(restOfLine(source, span.end))))
          continue;
        if (aboutChains.test(refusal.says) && ofOthers.test(line)) continue;
        if (origin.hangsOn.length > 0 && aboutChains.test(refusal.says) && hangsOnChains(source, line)) continue;
        seen.add(key);
        report(
          source,
          refusal.span ?? span,
          kind === 'shell' ? 'refused' : 'dump',
          { says: refusal.cause ?? refusal.says },
          {
            severity: origin.hangsOn.length > 0 ? 'warning' : 'error',
            fixes: () => mended(site, one, refused, line),
          },
        );
      }
    }
  },
});

/** Tells of commands that are no program, but iptables misspelt. */
function misspelt(errors: readonly ShellError[], seen: Set<string>, report: Report<'misspelt'>): void {
  for (const { source, span: command, says, conditional, misspelt: slip } of errors) {
    const key = `${source.path}:${command.start}`;
    if (!slip || seen.has(key)) continue;
    seen.add(key);
    const { name, meant, span } = slip;
    const newText = /-(?:-|[A-Za-z]$)/.test(name) ? name.replace(/^ip6?tables/, '$& ') : meant;
    const title = say('Write {text}', 'Escrever {text}', { text: newText });
    const literal = source.slice(span) === name;
    report(
      source,
      span,
      'misspelt',
      { name, says, meant },
      {
        severity: conditional.length > 0 ? 'warning' : 'error',
        fixes: literal ? [{ title, safe: false, edits: [{ source, span, newText }] }] : [],
      },
    );
  }
}

/**
 * Whether a line makes or takes away a chain, or names one that the script makes: where conditions decide what was made and taken away
 * before, the files do not tell whether the chain is there.
 */
function hangsOnChains(source: SourceText, line: string): boolean {
  if (makesChain.test(line)) return true;
  const words = new Set(line.split(/[\s"']+/));
  return [...source.text.matchAll(madeChain)].some(([, chain = '']) => words.has(chain));
}

const aboutChains = /already exists|does not exist|No chain|CHAIN_DEL failed/;
const makesChain = /\s(?:-[NX]|--(?:new|delete)-chain)\b/;
const madeChain = /\s(?:-N|--new-chain)\s+["']?([^\s"']+)/g;

function restOfLine(source: SourceText, offset: number): string {
  const end = source.text.indexOf('\n', offset);
  return source.text.slice(offset, end < 0 ? undefined : end);
}

/** The slips of copied rules that have one mend: the wrong table, `-p owner`, a port without its protocol. */
const slips: readonly (readonly [RegExp, string])[] = [
  [/-t\s+nat\s+(?=.*\b(?:FORWARD|INPUT)\b)/, ''],
  [/-t\s+nat\s+(?=.*-j\s+(?:DROP|REJECT)\b)/, ''],
  [/-p\s+owner\b/, '-m owner'],
  [/(?<!-p\s+(?:tcp|udp|6|17)\b.*)(?=--(?:d|s)ports?\b)(?<!-m\s+multiport\s+)/, '-p tcp '],
];

/**
 * Whether iptables refuses a call for its own words, if its line is written otherwise. The rest of the line gives the words it gave;
 * false where they come from elsewhere, or the shell would have to read what is new.
 */
function isRefused(call: IptablesCall, line: string, newText: string): boolean {
  const { span, argv } = call;
  const shorter = Math.min(line.length, newText.length);
  let head = 0;
  while (head < shorter && line[head] === newText[head]) head++;
  let tail = 0;
  while (tail < shorter - head && line.at(-1 - tail) === newText.at(-1 - tail)) tail++;
  if (!argv.every(word => word.source === call.source && span.start < word.span.start && word.span.end <= span.end))
    return false;
  const before = argv.filter(word => word.span.end < span.start + head);
  const after = argv.filter(word => word.span.start > span.end - tail);
  const from = (before.at(-1)?.span.end ?? argv[0]?.span.start ?? span.end) - span.start;
  const to = newText.length - (span.end - (after[0]?.span.start ?? span.end));
  const written = newText.slice(from, to);
  if (from > head || /[^\s\w.,:/-]/.test(written)) return false;
  const words = written.split(/\s+/).filter(word => word !== '');
  return readOtherwise(call, [...before, ...words.map(word => knownWord(word, span)), ...after]).kind === 'refused';
}

/** Mends one slip after the other until iptables takes the line; nothing where it never does. */
function mended(site: Site, one: SiteFirewall, { origin, refusal }: RefusedCommand, line: string): Fix[] {
  const { source, span } = origin;
  const calls = one.firewall.readings
    .flatMap(reading => reading.calls)
    .filter(call => call.source === source && call.span.start === span.start && !call.program.endsWith('-restore'));
  const taken = (newText: string): boolean => {
    if (calls.some(call => isRefused(call, line, newText))) return false;
    const { refused } = editedFirewall(site, one, [{ source, span, newText }]).firewall;
    return !refused.some(
      ({ origin: { source: file, span: at } }) => file.path === source.path && at.start === span.start,
    );
  };
  const unknown = /unknown option "(--[^"\s]+)"/.exec(refusal.says)?.[1];
  if (unknown !== undefined && line.split(unknown).length === 2) {
    const known = Object.keys(optionDocs).filter(option => option.startsWith('--'));
    for (const near of nearestFew(unknown, known)) {
      const newText = line.replace(unknown, near);
      const title = say('Write {text}', 'Escrever {text}', { text: near });
      if (taken(newText)) return [{ title, safe: false, edits: [{ source, span, newText }] }];
    }
  }
  let newText = line;
  for (const [slip, instead] of slips) {
    const next = newText.replace(slip, instead);
    if (next === newText) continue;
    newText = next;
    if (!taken(newText)) continue;
    const edits = [{ source, span, newText }];
    const text = newText.length > 70 ? `${newText.slice(0, 68)}…` : newText;
    return [{ title: say('Write {text}', 'Escrever {text}', { text }), safe: true, edits }];
  }
  return [];
}
