/** The options of the command line: read, checked, with what is wrong said in one sentence. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { isVersion } from '../../model/version';
import { rules } from '../../rules/index.generated';
import type { Severity } from '../../rules/rule';
import { nearest } from '../../text/nearest';
import { say, type Lang } from '../../text/message';
import { languageOf, WrongUse, type Terminal } from './terminal';

export const commands = ['check', 'fix', 'try', 'test', 'show', 'report', 'rules', 'explain'] as const;
export type Command = (typeof commands)[number];
export type OutputFormat = 'pretty' | 'json' | 'sarif' | 'github';

/** What every command understands. */
export interface Common {
  readonly command: Command;
  readonly positionals: readonly string[];
  readonly format: OutputFormat;
  readonly lang: Lang;
  readonly colour: boolean;
  readonly postfixVersion?: string;
  readonly domains?: readonly string[];
  readonly only?: ReadonlySet<string>;
  readonly skip: ReadonlySet<string>;
  readonly failOn: Severity;
  readonly stdinFilename?: string;
  readonly help: boolean;
  readonly version: boolean;
  /** The options that only some commands have. */
  readonly own: Own;
}

/** Options of single commands, as given; undefined where they were not. */
export class Own {
  constructor(private readonly values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>) {}

  /** The value of an option; of several the last. */
  text(name: string): string | undefined {
    const value = this.values[name];
    const last = Array.isArray(value) ? value.at(-1) : value;
    return typeof last === 'string' ? last : undefined;
  }

  /** All values of an option that may be repeated; commas separate too. */
  list(name: string): readonly string[] | undefined {
    const value = this.values[name];
    return Array.isArray(value)
      ? value.flatMap(v => (typeof v === 'string' ? v.split(',') : [])).filter(Boolean)
      : undefined;
  }

  /** All values of an option, commas being part of them. */
  each(name: string): readonly string[] {
    const value = this.values[name];
    return Array.isArray(value) ? value.filter(v => typeof v === 'string') : [];
  }

  flag(name: string): boolean {
    return this.values[name] === true;
  }
}

type Options = NonNullable<ParseArgsConfig['options']>;
const text = { type: 'string' } as const;
const list = { type: 'string', multiple: true } as const;
const flag = { type: 'boolean' } as const;

const common: Options = {
  format: text,
  lang: text,
  'postfix-version': text,
  domain: list,
  only: list,
  skip: list,
  'fail-on': text,
  'no-color': flag,
  'stdin-filename': text,
  help: { type: 'boolean', short: 'h' },
  version: flag,
};

/** The options of each command beside the common ones. */
const own: Readonly<Record<Command, Options>> = {
  check: { baseline: text, 'write-baseline': text },
  fix: { rule: list, 'dry-run': flag },
  try: {
    service: text,
    'client-address': text,
    'client-name': text,
    helo: text,
    'no-helo': flag,
    'sasl-username': text,
    tls: flag,
    sender: text,
    recipient: text,
    'server-address': text,
    table: text,
    use: text,
    message: text,
    mode: text,
    encoding: text,
    path: text,
    proto: text,
    src: text,
    dst: text,
    sport: text,
    dport: text,
    state: text,
    reply: flag,
    user: text,
    flags: text,
    icmptype: text,
    burst: text,
    arg: list,
    env: list,
    shell: text,
    family: text,
    'host-address': list,
    hostname: text,
    lan: text,
    site: text,
  },
  test: {},
  show: { site: text },
  report: {},
  rules: {},
  explain: {},
};

/** Reads the arguments. Throws {@link WrongUse}. */
export function readOptions(argv: readonly string[], terminal: Terminal): Common {
  const options = Object.assign({}, common, ...Object.values(own)) as Options;
  const { values, positionals } = parse(argv, options);
  const first = positionals[0];
  const command = commands.find(c => c === first) ?? 'check';
  for (const name of Object.keys(values)) {
    if (!(name in common) && !(name in own[command])) {
      throw new WrongUse(
        say('{command} has no option --{name}', '{command} não tem a opção --{name}', { command, name }),
      );
    }
  }
  const given = new Own(values);
  const lang = oneOf(given, 'lang', ['en', 'pt-BR'] as const) ?? languageOf(terminal.env);
  const format = oneOf(given, 'format', formatsOf(command)) ?? 'pretty';
  const version = given.text('postfix-version');
  if (version !== undefined && !isVersion(version)) {
    throw new WrongUse(
      say('--postfix-version takes a version such as 3.7', '--postfix-version espera uma versão, como 3.7'),
    );
  }
  const only = ruleNames(given, 'only');
  const domains = given.list('domain');
  const stdinFilename = given.text('stdin-filename');
  return {
    command,
    positionals: command === first ? positionals.slice(1) : positionals,
    format,
    lang,
    colour: terminal.colour && !given.flag('no-color') && !terminal.env.NO_COLOR,
    ...(version !== undefined && { postfixVersion: version }),
    ...(domains && { domains }),
    ...(only && { only }),
    skip: ruleNames(given, 'skip') ?? new Set(),
    failOn: oneOf(given, 'fail-on', ['error', 'warning', 'information', 'hint'] as const) ?? 'warning',
    ...(stdinFilename !== undefined && { stdinFilename }),
    help: given.flag('help'),
    version: given.flag('version'),
    own: given,
  };
}

/** Rule names of an option; throws for one that does not exist. */
export function ruleNames(given: Own, option: string): ReadonlySet<string> | undefined {
  const names = given.list(option);
  for (const name of names ?? []) ruleNamed(name);
  return names && new Set(names);
}

/** The rule of a name. Throws {@link WrongUse} with the nearest name for one that does not exist. */
export function ruleNamed(name: string): (typeof rules)[number] {
  const rule = rules.find(r => r.id === name);
  if (rule) return rule;
  const close = nearest(
    name,
    rules.map(r => r.id),
  );
  throw new WrongUse(
    close === undefined
      ? say(
          'There is no rule {name}: "postfix-lint rules" lists them',
          'Não existe a regra {name}: "postfix-lint rules" as lista',
          { name },
        )
      : say('There is no rule {name}. Did you mean {close}?', 'Não existe a regra {name}. Você quis dizer {close}?', {
          name,
          close,
        }),
  );
}

function formatsOf(command: Command): readonly OutputFormat[] {
  return command === 'check' ? ['pretty', 'json', 'sarif', 'github'] : ['pretty', 'json'];
}

function oneOf<T extends string>(given: Own, name: string, allowed: readonly T[]): T | undefined {
  const value = given.text(name);
  const found = allowed.find(a => a === value);
  if (value !== undefined && found === undefined) {
    const values = allowed.join(', ');
    throw new WrongUse(say('--{name} takes one of: {values}', '--{name} aceita um destes: {values}', { name, values }));
  }
  return found;
}

function parse(argv: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    const why = error instanceof Error ? (error.message.split(/\.\s|\n/)[0] ?? '') : String(error);
    throw new WrongUse(say('{why} (see --help)', '{why} (veja --help)', { why }));
  }
}
