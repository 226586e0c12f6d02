/** What is known of a parameter: what it is for, its value here, where that comes from, who overrides it. */
import { defaultOf, parameters, transportEndings, transportParameter } from '../../facts/parameters';
import { parameterDoc } from '../../facts/parameter-docs';
import { valueShape, type ValueKind } from '../../facts/value-kinds';
import { optionsOf, type Service } from '../../syntax/master-cf/parse';
import { masterOf, serviceSettings } from '../../model/services';
import { siteSettings, type Setting } from '../../model/settings';
import type { Site } from '../../model/site';
import { say, type Message, type Text } from '../../text/message';
import type { SourceText } from '../../text/source-text';
import { basename } from '../../text/path';
import { bullets, code, paragraph, type Doc } from '../doc';

const kinds: Readonly<Partial<Record<ValueKind, Text>>> = {
  'yes-no': { en: 'yes or no', 'pt-BR': 'yes ou no' },
  number: { en: 'a number', 'pt-BR': 'um número' },
  size: { en: 'bytes', 'pt-BR': 'bytes' },
  time: { en: 'a time: `30s` `5m` `2h` `3d` `1w`', 'pt-BR': 'um tempo: `30s` `5m` `2h` `3d` `1w`' },
  word: { en: 'one of these words', 'pt-BR': 'uma destas palavras' },
  words: { en: 'a list of these words', 'pt-BR': 'uma lista destas palavras' },
  restrictions: { en: 'a list of access restrictions', 'pt-BR': 'uma lista de restrições de acesso' },
  tables: { en: 'lookup tables, `type:name`', 'pt-BR': 'tabelas de consulta, `tipo:nome`' },
  checks: {
    en: 'pattern tables, `pcre:/path` or `regexp:/path`',
    'pt-BR': 'tabelas de padrões, `pcre:/caminho` ou `regexp:/caminho`',
  },
  patterns: { en: 'domains, hosts, networks, and tables of them', 'pt-BR': 'domínios, hosts, redes e tabelas deles' },
  networks: { en: 'addresses and networks, and tables of them', 'pt-BR': 'endereços e redes, e tabelas deles' },
  transport: { en: '`service:nexthop`, a service of master.cf', 'pt-BR': '`serviço:destino`, um serviço do master.cf' },
  service: { en: 'the name of a service in master.cf', 'pt-BR': 'o nome de um serviço no master.cf' },
  endpoints: {
    en: 'servers, `inet:host:port` or `unix:path`',
    'pt-BR': 'servidores, `inet:host:porta` ou `unix:caminho`',
  },
  'next-hop': {
    en: '`[host]:port`, brackets to skip the MX lookup',
    'pt-BR': '`[host]:porta`, colchetes para não consultar MX',
  },
  path: { en: 'a path', 'pt-BR': 'um caminho' },
  command: { en: 'a command', 'pt-BR': 'um comando' },
  domain: { en: 'a domain or host name', 'pt-BR': 'um nome de domínio ou de host' },
  'mail-address': { en: 'a mail address', 'pt-BR': 'um endereço de e-mail' },
  parameters: { en: 'names of parameters', 'pt-BR': 'nomes de parâmetros' },
  'table-type': { en: 'a table type', 'pt-BR': 'um tipo de tabela' },
};

/** The text on a parameter apart from any site: purpose, form, default, readers, since when. */
export function aboutParameter(name: string, version: string): Doc {
  const known = parameters.get(name);
  const doc = parameterDoc(name);
  const out: Message[] = doc ? [paragraph(doc)] : [];
  const own = known ? undefined : transportParameter(name);
  if (own && transportEndings.has(own.ending)) {
    const { transport } = own;
    out.push(say('For the transport `{transport}` alone.', 'Só para o transporte `{transport}`.', { transport }));
  }
  const shape = valueShape(name);
  const kind = kinds[shape.kind];
  const words = shape.words && !shape.open && shape.kind.startsWith('word') ? `: \`${shape.words.join('` `')}\`` : '';
  if (kind && (known || own)) {
    out.push({
      text: { en: `Takes ${kind.en}{words}.`, 'pt-BR': `Aceita ${kind['pt-BR']}{words}.` },
      args: { words },
    });
  }
  const standard = defaultOf(name, version);
  const facts: Message[] = [];
  if (standard === '') facts.push(say('Default: empty', 'Padrão: vazio'));
  else if (standard !== undefined) facts.push(say('Default: {value}', 'Padrão: {value}', { value: code(standard) }));
  else if (known) facts.push(say("Default: the machine's own", 'Padrão: o da máquina'));
  if (known?.since) facts.push(say('Since Postfix {since}', 'Desde o Postfix {since}', { since: known.since }));
  if (known?.obsoleteSince) {
    facts.push(
      say('Obsolete since Postfix {since}', 'Obsoleto desde o Postfix {since}', { since: known.obsoleteSince }),
    );
  }
  if (known?.readBy && !known.readBy.includes('global')) {
    const programs = known.readBy.map(p => `\`${p}\``).join(', ');
    facts.push(say('Read by {programs}', 'Lido por {programs}', { programs }));
  }
  return [...out, ...bullets(facts)];
}

/** The text on a parameter in a site, as a service sees it or as main.cf alone gives it. */
export function parameterHover(site: Site, name: string, service?: Service): Doc {
  const settings = service ? serviceSettings(site, service) : siteSettings(site);
  const setting = settings.get(name);
  const out: Message[] = [say('**{name}**', '**{name}**', { name })];
  if (!settings.defines(name)) {
    out.push(say('Nothing defines it: it stands for nothing.', 'Nada a define: ela vale vazio.'));
    return out;
  }
  out.push(...valueLines(site, setting));
  const overrides = overridesOf(site, name).filter(o => o.service !== service);
  if (overrides.length > 0) {
    out.push(say('Other values in master.cf:', 'Outros valores no master.cf:'));
    out.push(
      ...bullets(
        overrides.map(o =>
          say('`{service}`: {value}', '`{service}`: {value}', {
            service: `${o.service.name.text} ${o.service.type.text}`,
            value: code(o.setting.value),
          }),
        ),
      ),
    );
  }
  return [...out, ...aboutParameter(name, settings.version)];
}

/** The value and where it comes from. */
function valueLines(site: Site, setting: Setting): Message[] {
  if (setting.unknown) return [setting.unknown, originLine(site, setting)];
  if (!setting.isSet && setting.value === setting.raw) return [];
  const value = code(setting.value);
  const shown =
    setting.value === '' ? say('Value: empty', 'Valor: vazio') : say('Value: {value}', 'Valor: {value}', { value });
  return [shown, originLine(site, setting)];
}

function originLine(site: Site, { origin }: Setting): Message {
  switch (origin.kind) {
    case 'main':
      return placed(site, origin.source, origin.parameter.nameSpan.start);
    case 'option': {
      const service = origin.service.name.text;
      const { line } = origin.source.positionAt(origin.option.nameSpan.start);
      const args = { service, file: basename(origin.source.path), line: line + 1 };
      return say(
        'set by `-o` of `{service}`, {file} line {line}',
        'definido por `-o` de `{service}`, {file} linha {line}',
        args,
      );
    }
    case 'machine':
      return say('taken from the machine', 'obtido da máquina');
    default:
      return say('by default', 'por padrão');
  }
}

/** Settings out of scripts stand in a text of their own, at the offsets that they have in the file. */
function placed(site: Site, source: SourceText, offset: number): Message {
  const state = site.files.read(source.path);
  const { line } = (state.kind === 'text' ? state.source : source).positionAt(offset);
  return say('set in {file} line {line}', 'definido em {file} linha {line}', {
    file: basename(source.path),
    line: line + 1,
  });
}

/** The services that set a parameter by `-o`, with what they make of it. */
export function overridesOf(site: Site, name: string): { service: Service; setting: Setting }[] {
  if (!site.master) return [];
  return masterOf(site)
    .tree.services.filter(s => optionsOf(s).some(o => o.name === name && !o.problem))
    .map(service => ({ service, setting: serviceSettings(site, service).get(name) }));
}
