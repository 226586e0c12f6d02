/** What is shown for the word under the cursor. */
import { projectDocs } from '../../facts/project-docs';
import { restrictionDocs } from '../../facts/restriction-docs';
import { actionDocs, columnDocs, flagDocs, programDocs, tableTypeDocs, wordDoc } from '../../facts/word-docs';
import { embeddedSettings } from '../../model/embedded';
import { kindIn } from '../../model/kind-in-site';
import { endpointOf, portNumber, programOf, serviceSettings, servicesOf } from '../../model/services';
import { siteSettings } from '../../model/settings';
import type { Site } from '../../model/site';
import { resolveFile } from '../../model/tables';
import { rules } from '../../rules/index.generated';
import type { Service } from '../../syntax/master-cf/parse';
import { optionsOf } from '../../syntax/master-cf/parse';
import { say, type Message, type Text } from '../../text/message';
import type { SourceText } from '../../text/source-text';
import type { Span } from '../../text/span';
import { ruleRegionHover } from '../firewall-regions';
import { entryAt, placedPatterns } from '../pattern-at';
import { bullets, code, paragraph, type Doc } from '../doc';
import { tokenAt } from '../tokens/of-file';
import {
  chainDocs,
  iptablesTableDocs,
  mainSpelling,
  matchDocs,
  optionDocs,
  targetDocs,
} from '../../facts/iptables-docs';
import { occurrencesOf, symbolOf } from '../navigation/occurrences';
import type { Meaning } from '../tokens/token';
import { networkHover } from './network';
import { flagHover, patternHover, readGroup } from './pattern';
import { aboutPort, portsHover } from './port';
import { parameterHover } from './parameter';
import { userHover } from './user';

export interface Hover {
  readonly span: Span;
  readonly doc: Doc;
}

/** What to show at an offset of a file; undefined where there is nothing to say. */
export function hoverAt(site: Site, source: SourceText, offset: number): Hover | undefined {
  const token = tokenAt(site, source, offset);
  if (!token) return undefined;
  if (token.meaning?.kind === 'pattern') return hoverPattern(site, source, offset, token.meaning);
  const seen = fragmentOf(site, source) ?? site;
  const doc = [...(token.meaning ? docOf(seen, source, token.meaning) : []), ...ruleRegionHover(site, source, offset)];
  return doc.length > 0 ? { span: token.span, doc } : undefined;
}

function hoverPattern(site: Site, source: SourceText, offset: number, meaning: MeaningOf<'pattern'>): Hover {
  const { part } = meaning;
  const entry = entryAt(site, source, offset);
  const place = entry && placedPatterns(entry).find(p => p.part.span.start === part.span.start)?.place;
  const byte = (entry?.line.byteAt(offset) ?? 0) - part.body.start;
  const { doc, within } = patternHover(part, Math.min(Math.max(byte, meaning.within.start), meaning.within.end - 1));
  return { doc, span: place?.(within) ?? { start: offset, end: offset } };
}

type MeaningOf<Kind extends Meaning['kind']> = Extract<Meaning, { kind: Kind }>;

/** An overlay whose main.cf is not at hand, read as one: its own values are all that is known. */
function fragmentOf(site: Site, source: SourceText): Site | undefined {
  const settings = site.main || kindIn(site, source) !== 'postconf' ? undefined : embeddedSettings(source);
  return settings && { ...site, main: settings };
}

function titled(title: string, text: Text | undefined): Doc {
  return text ? [say('**{title}**', '**{title}**', { title }), paragraph(text)] : [];
}

function docOf(site: Site, source: SourceText, meaning: Meaning): Doc {
  switch (meaning.kind) {
    case 'parameter':
      return parameterHover(site, meaning.name, meaning.service);
    case 'class':
      return [
        say('**{name}**: restriction class', '**{name}**: classe de restrições', { name: meaning.name }),
        say('Asks: {value}', 'Consulta: {value}', { value: code(siteSettings(site).text(meaning.name)) }),
      ];
    case 'restriction':
      return restrictionHover(site, meaning.name, meaning.list, meaning.service);
    case 'service':
      return serviceHover(site, meaning.name, meaning.inet, meaning.service);
    case 'user':
      return userHover(site, meaning);
    case 'column':
      return titled(meaning.text, columnDocs[meaning.column]);
    case 'program':
      return titled(meaning.name, programDocs[meaning.name]);
    case 'flag':
      return titled(meaning.text, flagDocs[meaning.text]);
    case 'table':
      return titled(`${meaning.table.type}:`, tableTypeDocs[meaning.table.type]);
    case 'file':
      return fileHover(site, meaning.path);
    case 'network':
      return networkHover(meaning.text, meaning.by);
    case 'port':
      return portsHover(meaning.text, meaning.by);
    case 'word':
      return titled(meaning.text, wordDoc(meaning.parameter, meaning.text));
    case 'action':
      return titled(meaning.name, actionDocs[meaning.where][meaning.name]);
    case 'pattern-flag':
      return flagHover(meaning.letter, meaning.toggles, meaning.on);
    case 'group':
      return groupHover(meaning);
    case 'keyword':
      return [
        say(
          '`if` and `endif`: the rules between are asked only where the pattern fits.',
          '`if` e `endif`: as regras entre eles só são consultadas onde o padrão casa.',
        ),
      ];
    case 'setting':
      return titled(meaning.name, projectDocs[meaning.name]);
    case 'rule':
      return titled(meaning.name, rules.find(r => r.id === meaning.name)?.title);
    case 'option':
      return titled(meaning.name, optionDocs[mainSpelling(meaning.name)]);
    case 'match':
      return titled(meaning.name, matchDocs[meaning.name]);
    case 'target':
      return titled(meaning.name, targetDocs[meaning.name]);
    case 'iptables-table':
      return titled(meaning.name, iptablesTableDocs[meaning.name]);
    case 'chain':
      return [...chainHead(meaning.name), ...places(site, source, meaning)];
    case 'shell-variable':
    case 'shell-function':
      return [say('**{name}**', '**{name}**', { name: meaning.name }), ...places(site, source, meaning)];
    default:
      return [];
  }
}

function groupHover({ name, part }: MeaningOf<'group'>): Doc {
  const head = say('What group {name} of the pattern took.', 'O que o grupo {name} do padrão pegou.', { name });
  const group = part && readGroup(part, Number(name));
  return group ? [head, group] : [head];
}

function chainHead(name: string): Doc {
  const known = chainDocs[name];
  return known ? titled(name, known) : [say('**{name}**: a chain of your own', '**{name}**: uma cadeia sua', { name })];
}

/** The lines that set a name, and how often it is used. */
function places(site: Site, source: SourceText, meaning: Meaning): Message[] {
  const all = occurrencesOf(site, symbolOf(site, meaning, source) ?? '');
  const set = all.filter(o => o.role === 'set').slice(0, 5);
  const lines = set.map(({ source: at, span }) => {
    const { line } = at.positionAt(span.start);
    const text = at.text.slice(at.starts[line] ?? 0, at.starts[line + 1]);
    return say('line {line}: {text}', 'linha {line}: {text}', { line: line + 1, text: code(text, 120) });
  });
  const uses = all.length - all.filter(o => o.role === 'set').length;
  return [...bullets(lines), say('Used {uses} times.', 'Usado {uses} vezes.', { uses })];
}

const stages: Readonly<Record<string, Text>> = {
  smtpd_client_restrictions: { en: 'the client', 'pt-BR': 'o cliente' },
  smtpd_helo_restrictions: { en: 'the HELO name', 'pt-BR': 'o nome no HELO' },
  smtpd_sender_restrictions: { en: 'the sender', 'pt-BR': 'o remetente' },
  smtpd_relay_restrictions: { en: 'the recipient (relay)', 'pt-BR': 'o destinatário (relay)' },
  smtpd_recipient_restrictions: { en: 'the recipient', 'pt-BR': 'o destinatário' },
  smtpd_data_restrictions: { en: 'the DATA command', 'pt-BR': 'o comando DATA' },
  smtpd_end_of_data_restrictions: { en: 'the end of the message', 'pt-BR': 'o fim da mensagem' },
  smtpd_etrn_restrictions: { en: 'the ETRN command', 'pt-BR': 'o comando ETRN' },
};

function restrictionHover(site: Site, name: string, list: string, service: Service | undefined): Doc {
  const settings = service ? serviceSettings(site, service) : siteSettings(site);
  const out: Message[] = [...titled(name, restrictionDocs.get(name))];
  const stage = stages[list];
  if (stage) {
    const early = /client|helo|sender/.test(list) && settings.bool('smtpd_delay_reject') === true;
    out.push({
      text: {
        en: `In this list it judges ${stage.en}${early ? ', at RCPT TO (smtpd_delay_reject)' : ''}.`,
        'pt-BR': `Nesta lista ela julga ${stage['pt-BR']}${early ? ', no RCPT TO (smtpd_delay_reject)' : ''}.`,
      },
      args: {},
    });
  }
  if (/sasl|login_mismatch/.test(name) && settings.bool('smtpd_sasl_auth_enable') === false) {
    out.push(
      say(
        'No client can log in here: smtpd_sasl_auth_enable is off.',
        'Nenhum cliente pode se autenticar aqui: smtpd_sasl_auth_enable está desligado.',
      ),
    );
  }
  if (name === 'permit_mynetworks') {
    const networks = settings.get('mynetworks');
    if (networks.isSet) out.push(say('mynetworks: {value}', 'mynetworks: {value}', { value: code(networks.value) }));
  }
  if (name === 'reject_unauth_destination' || name === 'permit_auth_destination') {
    for (const classes of ['mydestination', 'relay_domains', 'virtual_alias_domains', 'virtual_mailbox_domains']) {
      const value = settings.text(classes);
      if (value !== '')
        out.push(...bullets([say('{name}: {value}', '{name}: {value}', { name: classes, value: code(value) })]));
    }
  }
  return out;
}

function serviceHover(site: Site, name: string, inet: boolean, at: Service | undefined): Doc {
  const service = at ?? servicesOf(site).find(s => s.name.text === name && (s.type.text === 'inet') === inet);
  if (!service) {
    return [say('master.cf has no service `{name}`.', 'O master.cf não tem o serviço `{name}`.', { name })];
  }
  const program = programOf(service);
  const out: Message[] = [
    say('**{name}** {type}: runs `{program}`', '**{name}** {type}: executa `{program}`', {
      name,
      type: service.type.text,
      program,
    }),
  ];
  const doc = programDocs[program];
  if (doc) out.push(paragraph(doc));
  if (service.type.text === 'inet') {
    const { host, port } = endpointOf(service);
    const number = portNumber(port);
    if (number !== undefined) out.push(...aboutPort(number));
    if (host !== '') out.push(say('Listens on {host} only.', 'Ouve só em {host}.', { host: code(host) }));
  }
  const options = optionsOf(service).filter(o => !o.problem);
  if (options.length > 0) {
    out.push(say('Its own settings:', 'Ajustes próprios:'));
    out.push(
      ...bullets(
        options.map(o => say('`{name}` = {value}', '`{name}` = {value}', { name: o.name, value: code(o.value) })),
      ),
    );
  }
  return out;
}

function fileHover(site: Site, path: string): Doc {
  const file = resolveFile(site, path);
  if (file.state.kind === 'text') {
    const lines = file.state.source.starts.length;
    return [say('{path}: {lines} lines', '{path}: {lines} linhas', { path: code(file.path), lines })];
  }
  if (file.state.kind === 'missing' && file.folderSeen) {
    return [say('{path} is not there.', '{path} não existe.', { path: code(file.path) })];
  }
  return [];
}
