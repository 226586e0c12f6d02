import { parameters, transportParameter } from '../../facts/parameters';
import { mainParameters } from '../../model/settings';
import type { Site } from '../../model/site';
import { parseMainCf } from '../../syntax/main-cf/parse';
import { say } from '../../text/message';
import { isSpace } from '../../text/space';
import { span } from '../../text/span';
import { replaceFix } from '../edits';
import { defineRule } from '../rule';

export const rule = defineRule({
  id: 'swallowed-line',
  title: { en: 'An indented setting continues the line above', 'pt-BR': 'Um parâmetro recuado continua a linha acima' },
  severity: 'warning',
  files: ['main.cf'],
  fixable: true,
  page: {
    why: `In main.cf a line that starts with white space belongs to the line above. An indented \`name = value\` is therefore no
setting: its words become part of the value above, and the parameter keeps its default. Nothing says so: postconf shows the
longer value, Postfix starts, and the restriction that the line was meant to set is not there.`,
    remedy: 'Take the white space at the start of the line away.',
    bad: `relay_domains = example.org
  smtpd_client_restrictions = permit_mynetworks, reject
`,
    good: `relay_domains = example.org
smtpd_client_restrictions = permit_mynetworks, reject
`,
    see: ['postconf(5), "General format"', 'measured with Postfix 3.7.11: taken in silence'],
  },
  messages: {
    swallowed: {
      en: 'This line is indented, so it is part of {owner} and does not set {name}. Take the white space away.',
      'pt-BR': 'Esta linha está recuada: faz parte de {owner} e não define {name}. Remova o espaço do início.',
    },
  },
  check(site, report) {
    const { main } = site;
    if (!main) return;
    for (const { name: owner, line, valueStart } of parseMainCf(main).parameters) {
      const { pieces, text } = line.joined;
      if (pieces.length < 2 || takesAssignments.test(owner)) continue;
      let at = 0;
      let level = 0;
      for (const [i, { start, end }] of pieces.entries()) {
        const piece = main.text.slice(start, end);
        const setting = /^([ \t]+)([A-Za-z][A-Za-z0-9_]*)[ \t]*=/.exec(piece);
        if (
          i > 0 &&
          at >= valueStart &&
          level === 0 &&
          setting?.[2] !== undefined &&
          isSetting(site, setting[2], owner)
        ) {
          const name = setting[2];
          const from = start + (setting[1]?.length ?? 0);
          const title = say('Remove the white space', 'Remover o espaço');
          const fix = replaceFix(title, main, span(start, from), '', false);
          report(main, span(from, from + name.length), 'swallowed', { owner, name }, { fixes: [fix] });
        }
        for (let k = at; k < at + (end - start); k++) {
          if (text[k] === '{') level++;
          else if (text[k] === '}' && level > 0) level--;
        }
        at += end - start;
      }
    }
  },
});

/** Values that are lists of `name=value` themselves. */
const takesAssignments =
  /^(?:import|export)_environment$|^milter_macro_defaults$|_command$|^non_bdb_custom_mapping$|^known_tcp_ports$/;

function isSetting(site: Site, name: string, owner: string): boolean {
  if (isSpace(name[0])) return false;
  if (parameters.has(name) || mainParameters(site).has(name)) return name !== owner || parameters.has(name);
  return transportParameter(name) !== undefined;
}
