/** Paints the value of a parameter by what it is made of; the same for main.cf and for `-o` in master.cf. */
import { actionDocs } from '../../facts/word-docs';
import { valueShape } from '../../facts/value-kinds';
import { holesIn } from '../../model/holes';
import { serviceSettings } from '../../model/services';
import { siteSettings } from '../../model/settings';
import type { Site } from '../../model/site';
import { fileTypes, parseTableName, queryTypes, tableTypes } from '../../model/tables';
import { bracePayload, splitList, type Word } from '../../syntax/list';
import { parseMacros, references, type Reference } from '../../syntax/macro/parse';
import type { Service } from '../../syntax/master-cf/parse';
import { derived } from '../../text/derived';
import { paintAddress } from './addresses';
import { argumentOf, readRestrictions } from './restrictions';
import type { Meaning, Paint, TokenType } from './token';

/** Whose value it is, and in which site and service. */
export interface ValueContext {
  readonly site: Site;
  readonly parameter: string;
  readonly service?: Service;
}

/** The restriction classes of a site. */
export const classesOf: (site: Site) => ReadonlySet<string> = derived(
  site =>
    new Set(
      siteSettings(site)
        .words('smtpd_restriction_classes')
        .map(w => w.text),
    ),
);

/** The kind of a value in a site: restriction classes are restriction lists. */
export function kindOfValue(site: Site, parameter: string): ReturnType<typeof valueShape> {
  return classesOf(site).has(parameter) ? { kind: 'restrictions' } : valueShape(parameter);
}

/** Paints a value that starts at `shift` in the joined text. */
export function paintValue(paint: Paint, value: string, shift: number, context: ValueContext): void {
  const painter = new ValuePainter(paint, value, shift, context);
  painter.whole();
}

const network = /^(?:\d{1,3}(?:\.\d{1,3}){0,3}|\[[0-9A-Fa-f:.]+\]|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+)(?:\/\d{1,3})?$/;

/** Whether a word is an address or a network as the lists of Postfix write them. */
export function isNetwork(text: string): boolean {
  return network.test(text);
}

class ValuePainter {
  private readonly known: { readonly start: number; readonly end: number }[] = [];

  constructor(
    private readonly paint: Paint,
    private readonly value: string,
    private readonly shift: number,
    private readonly context: ValueContext,
  ) {}

  whole(): void {
    for (const hole of holesIn(this.value)) {
      this.put(hole.start, hole.end, 'macro');
      this.known.push(hole);
    }
    if (this.value.includes('$')) {
      for (const reference of references(parseMacros(this.value).parts)) this.reference(reference);
    }
    this.words();
  }

  private put(start: number, end: number, type: TokenType, meaning?: Meaning): void {
    this.paint(this.shift + start, this.shift + end, type, meaning);
  }

  private reference(reference: Reference): void {
    if (reference.comparison) {
      this.put(reference.start, reference.start + 2, 'operator');
      this.put(reference.end - 1, reference.end, 'operator');
      this.known.push({ start: reference.start, end: reference.start + 2 });
      return;
    }
    const nameEnd = reference.nameStart + reference.name.length;
    this.put(reference.start, reference.nameStart, 'operator');
    this.put(reference.nameStart, nameEnd, 'variable', { kind: 'parameter', name: reference.name, role: 'use' });
    if (reference.end > nameEnd) this.put(reference.end - 1, reference.end, 'operator');
    this.known.push({ start: reference.start, end: nameEnd });
  }

  private clear(word: Word): boolean {
    return !this.known.some(k => k.start < word.end && word.start < k.end);
  }

  private words(): void {
    const { site, parameter } = this.context;
    const shape = kindOfValue(site, parameter);
    const words = splitList(this.value);
    switch (shape.kind) {
      case 'restrictions':
        this.restrictions(words);
        return;
      case 'tables':
      case 'checks':
      case 'patterns':
      case 'networks':
        for (const word of words) this.pattern(word, shape.words);
        return;
      case 'yes-no':
      case 'word':
      case 'words':
        for (const word of words) if (this.clear(word)) this.keyword(word);
        return;
      case 'number':
      case 'size':
      case 'time':
        for (const word of words) {
          if (this.clear(word)) this.put(word.start, word.end, 'number', { kind: 'word', text: word.text, parameter });
        }
        return;
      case 'transport':
        for (const word of words.slice(0, 1)) this.transport(word);
        return;
      case 'service':
        for (const word of words) if (this.clear(word)) this.service(word.start, word.end);
        return;
      case 'endpoints':
        for (const word of words) this.endpoint(word);
        return;
      case 'next-hop':
        for (const word of words) this.nextHop(word.start, word.end);
        return;
      case 'parameters':
        for (const word of words) if (this.clear(word)) this.parameterName(word);
        return;
      case 'path':
        for (const word of words) if (this.clear(word)) this.file(word.start, word.end);
        return;
      case 'table-type':
        for (const word of words) if (this.clear(word)) this.put(word.start, word.end, 'type');
        return;
      case 'mail-address':
        for (const word of words) {
          if (this.clear(word)) paintAddress(this.paint, site, word.text, this.shift + word.start, 'use');
        }
        return;
      case 'domain':
        for (const word of words) {
          if (this.clear(word)) this.put(word.start, word.end, 'string', { kind: 'domain', text: word.text });
        }
        return;
      default:
    }
  }

  private keyword({ start, end, text }: Word): void {
    const sign = /^(?:!|[<>]=)/.exec(text)?.[0].length ?? 0;
    this.put(start, start + sign, 'operator');
    this.put(start + sign, end, 'keyword', { kind: 'word', text: text.slice(sign), parameter: this.context.parameter });
  }

  private parameterName({ start, end, text }: Word): void {
    this.put(start, end, 'variable', { kind: 'parameter', name: text, role: 'use' });
  }

  private restrictions(words: readonly Word[]): void {
    const { site, service, parameter } = this.context;
    const classes = classesOf(site);
    for (const read of readRestrictions(words, name => classes.has(name))) {
      const { word, role } = read;
      const inner = bracePayload(word) ?? word;
      const { start, end, text } = inner;
      if (role === 'restriction') {
        const meaning: Meaning = { kind: 'restriction', name: text.toLowerCase(), list: parameter };
        this.put(start, end, 'function', service ? { ...meaning, service } : meaning);
      } else if (role === 'class') this.put(start, end, 'class', { kind: 'class', name: text });
      else if (role === 'table') this.table(start, end);
      else if (role === 'argument' && read.of) this.argument(inner, read.of);
    }
  }

  private argument(word: Word, of: string): void {
    switch (argumentOf(of)) {
      case 'table':
        for (const part of splitList(word.text)) this.table(word.start + part.start, word.start + part.end);
        return;
      case 'service':
        for (const part of splitList(word.text).slice(0, 1)) {
          this.endpoint({ ...part, start: word.start + part.start, end: word.start + part.end });
        }
        return;
      case 'number':
        this.put(word.start, word.end, 'number');
        return;
      default: {
        if (!this.clear(word)) return;
        const name = /^[^=]*/.exec(word.text)?.[0] ?? '';
        this.put(word.start, word.start + name.length, 'string', { kind: 'domain', text: name });
      }
    }
  }

  /** An item of a match list or of a list of tables. */
  private pattern(word: Word, keywords: readonly string[] | undefined): void {
    const brace = bracePayload(word);
    if (brace && this.clear(word)) {
      for (const part of splitList(brace.text)) {
        this.pattern({ text: part.text, start: brace.start + part.start, end: brace.start + part.end }, undefined);
      }
      return;
    }
    const sign = word.text.startsWith('!') ? 1 : 0;
    const text = word.text.slice(sign);
    const start = word.start + sign;
    this.put(word.start, start, 'operator');
    if (isNetwork(text)) this.put(start, word.end, 'number', { kind: 'network', text });
    else if (parseTableName(text)) this.table(start, word.end);
    else if (!this.clear(word)) return;
    else if (text.startsWith('/')) this.file(start, word.end);
    else if (keywords?.includes(text)) {
      this.put(start, word.end, 'keyword', { kind: 'word', text, parameter: this.context.parameter });
    } else this.put(start, word.end, 'string', { kind: 'domain', text });
  }

  private table(start: number, end: number): void {
    const text = this.value.slice(start, end);
    const table = parseTableName(text);
    if (!table) {
      if (text.startsWith('/')) this.file(start, end);
      return;
    }
    let at = start;
    while (this.value.startsWith('proxy:', at)) {
      this.put(at, at + 5, 'type', {
        kind: 'table',
        table: { ...table, type: 'proxy' },
        parameter: this.context.parameter,
      });
      at += 6;
    }
    const typeEnd = at + table.type.length;
    const known = tableTypes.has(table.type);
    this.put(at, typeEnd, 'type', known ? { kind: 'table', table, parameter: this.context.parameter } : undefined);
    this.put(typeEnd, typeEnd + 1, 'operator');
    const from = typeEnd + 1;
    if (fileTypes.has(table.type) || queryTypes.has(table.type)) {
      this.tableFile(from, end);
      return;
    }
    const inner = bracePayload({ text: this.value.slice(from, end), start: from, end });
    if (!inner) return;
    for (const part of splitList(inner.text)) {
      const brace = bracePayload(part) ?? part;
      if (table.members.length > 0) this.table(inner.start + brace.start, inner.start + brace.end);
      else if (table.type === 'inline') this.inlineEntry(inner.start + brace.start, inner.start + brace.end);
    }
  }

  /** `key=value` of a table that stands in the value itself: what it answers means what the parameter makes of it. */
  private inlineEntry(start: number, end: number): void {
    const [, key = '', answer = ''] = /^([^=]*=\s*)(\S+)/.exec(this.value.slice(start, end)) ?? [];
    const word = { text: answer, start: start + key.length, end: start + key.length + answer.length };
    if (answer === '' || !this.clear(word)) return;
    const { site, parameter } = this.context;
    if (parameter.endsWith('transport_maps')) this.transport(word);
    else if (parameter.endsWith('relayhost_maps')) this.nextHop(word.start, word.end);
    else if (kindOfValue(site, parameter).kind === 'restrictions') {
      const known = readRestrictions([word], name => classesOf(site).has(name))[0];
      const action = answer.toUpperCase();
      if (known?.role === 'class') this.put(word.start, word.end, 'class', { kind: 'class', name: answer });
      else if (action in actionDocs.access) {
        this.put(word.start, word.end, 'keyword', { kind: 'action', name: action, where: 'access' });
      }
    }
  }

  /** The file of a table; where its path starts with macros, what stands behind them leads to it. */
  private tableFile(start: number, end: number): void {
    if (this.clear({ text: '', start, end })) {
      this.file(start, end);
      return;
    }
    const written = this.value.slice(start, end);
    if (holesIn(written).length > 0) return;
    const { site, service } = this.context;
    const settings = service ? serviceSettings(site, service) : siteSettings(site);
    const last = Math.max(...this.known.filter(k => start <= k.start && k.start < end).map(k => k.end));
    const from = /[})]/.test(this.value.charAt(last)) ? last + 1 : last;
    const path = settings.expanded(written);
    if (path !== undefined) this.put(from, end, 'string', { kind: 'file', path });
  }

  private file(start: number, end: number): void {
    this.put(start, end, 'string', { kind: 'file', path: this.value.slice(start, end) });
  }

  private service(start: number, end: number): void {
    const name = this.value.slice(start, end);
    this.put(start, end, 'namespace', { kind: 'service', name, role: 'use', inet: false });
  }

  private transport(word: Word): void {
    if (!this.clear(word)) return;
    const colon = word.text.indexOf(':');
    const end = colon < 0 ? word.end : word.start + colon;
    this.service(word.start, end);
    if (colon < 0) return;
    this.put(end, end + 1, 'operator');
    const rest = this.value.slice(end + 1, word.end);
    if (/^(?:inet|unix):/.test(rest)) this.endpoint({ text: rest, start: end + 1, end: word.end });
    else this.nextHop(end + 1, word.end);
  }

  private endpoint(word: Word): void {
    const inner = bracePayload(word);
    if (inner) {
      for (const part of splitList(inner.text).slice(0, 1)) {
        this.endpoint({ text: part.text, start: inner.start + part.start, end: inner.start + part.end });
      }
      return;
    }
    const kind = /^(inet|unix|local|inet6):/.exec(word.text)?.[1];
    if (!kind) return;
    const from = word.start + kind.length + 1;
    this.put(word.start, from - 1, 'type', { kind: 'word', text: kind, parameter: 'endpoint' });
    this.put(from - 1, from, 'operator');
    if (kind === 'inet' || kind === 'inet6') this.nextHop(from, word.end);
    else if (this.clear({ text: '', start: from, end: word.end })) this.socket(from, word.end);
  }

  /** `private/NAME` is the socket of a service of master.cf. */
  private socket(start: number, end: number): void {
    const own = /^(?:private|public)\/([\w.-]+)$/.exec(this.value.slice(start, end));
    const name = own?.[1];
    if (name !== undefined) {
      const from = end - name.length;
      this.put(start, from, 'string');
      this.put(from, end, 'namespace', { kind: 'service', name, role: 'use', inet: false });
    } else this.file(start, end);
  }

  /** `host`, `[host]`, `host:port`, `[host]:port`. */
  private nextHop(start: number, end: number): void {
    const text = this.value.slice(start, end);
    const port = /:([\w-]+)$/.exec(text)?.[1];
    const hostEnd = port !== undefined && !isNetwork(text) ? end - port.length - 1 : end;
    const host = this.value.slice(start, hostEnd);
    if (this.clear({ text: host, start, end: hostEnd })) {
      const meaning: Meaning = isNetwork(host)
        ? { kind: 'network', text: host }
        : { kind: 'domain', text: host.replace(/^\[|\]$/g, '') };
      this.put(start, hostEnd, meaning.kind === 'network' ? 'number' : 'string', meaning);
    }
    if (hostEnd === end || port === undefined) return;
    this.put(hostEnd, hostEnd + 1, 'operator');
    if (this.clear({ text: port, start: hostEnd + 1, end })) {
      this.put(hostEnd + 1, end, 'number', { kind: 'port', text: port });
    }
  }
}
