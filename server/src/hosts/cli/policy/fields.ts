/** Reads the fields of a value that came out of YAML or JSON; what has the wrong type is named in one sentence. */
import { say } from '../../../text/message';
import { WrongUse } from '../terminal';

/** A map of a policy test; every reader throws {@link WrongUse} for a value of the wrong type. */
export class Fields {
  private readonly values: Readonly<Record<string, unknown>>;

  /** `where`: what people call the map, `policy.yaml: document 1: sessions[0]`. */
  constructor(
    readonly where: string,
    value: unknown,
  ) {
    if (!isMap(value)) throw this.wrong(undefined, 'a map', 'um mapa');
    this.values = value;
  }

  get names(): readonly string[] {
    return Object.keys(this.values);
  }

  has(name: string): boolean {
    return this.values[name] !== undefined;
  }

  raw(name: string): unknown {
    return this.values[name];
  }

  /** A text; numbers count as what they are written like. Undefined where the field is absent or null. */
  text(name: string): string | undefined {
    return this.textOrNull(name) ?? undefined;
  }

  /** A text or null; undefined where the field is absent. */
  textOrNull(name: string): string | null | undefined {
    const value = this.values[name];
    if (value === undefined || value === null || typeof value === 'string') return value;
    if (typeof value === 'number') return String(value);
    throw this.wrong(name, 'a text', 'um texto');
  }

  number(name: string): number | undefined {
    const value = this.values[name];
    if (value === undefined || value === null || typeof value === 'number') return value ?? undefined;
    if (typeof value === 'string' && /^\d+$/.test(value)) return Number(value);
    throw this.wrong(name, 'a number', 'um número');
  }

  flag(name: string): boolean | undefined {
    const value = this.values[name];
    if (value === undefined || value === null || typeof value === 'boolean') return value ?? undefined;
    throw this.wrong(name, 'true or false', 'true ou false');
  }

  /** One of some words. */
  word<T extends string>(name: string, words: readonly T[]): T | undefined {
    const text = this.text(name);
    const found = words.find(w => w === text);
    if (text !== undefined && found === undefined) throw this.wrong(name, words.join(', '), words.join(', '));
    return found;
  }

  /** A list of texts, or one text. */
  texts(name: string): readonly string[] | undefined {
    const value = this.values[name];
    if (value === undefined || value === null) return undefined;
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    return list.map(each => {
      if (typeof each === 'string' || typeof each === 'number') return String(each);
      throw this.wrong(name, 'a text or a list of texts', 'um texto ou uma lista de textos');
    });
  }

  /** A list of maps. */
  list(name: string): readonly Fields[] {
    const value = this.values[name];
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) throw this.wrong(name, 'a list', 'uma lista');
    return value.map((each, i) => new Fields(`${this.where}: ${name}[${i}]`, each));
  }

  map(name: string): Fields | undefined {
    const value = this.values[name];
    return value === undefined || value === null ? undefined : new Fields(`${this.where}: ${name}`, value);
  }

  /** What to throw for a field (undefined: the whole) that is not what belongs there. */
  wrong(name: string | undefined, en: string, pt: string): WrongUse {
    const where = name === undefined ? this.where : `${this.where}: ${name}`;
    return new WrongUse(say(`{where}: here belongs ${en}`, `{where}: aqui deve estar ${pt}`, { where }));
  }
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
