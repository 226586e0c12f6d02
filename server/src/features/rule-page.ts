/** A rule's page as Markdown, for people who ask what a finding is about. */
import type { Rule, Sample } from '../rules/rule';
import { format, say, type Lang } from '../text/message';

/** The page of a rule. The headings and the title are in the language asked for; the page itself is written in English. */
export function rulePage(rule: Rule, lang: Lang): string {
  const { page } = rule;
  const heading = (en: string, ptBR: string): string => `## ${format(say(en, ptBR), lang)}`;
  return [
    `# ${rule.id}`,
    `${rule.title[lang]}.`,
    heading('Why it matters', 'Por que importa'),
    page.why.trim(),
    heading('Bad', 'Errado'),
    sample(page.bad),
    heading('Good', 'Certo'),
    sample(page.good),
    heading('How to be rid of it', 'Como resolver'),
    page.remedy.trim(),
    ...(page.see.length > 0 ? [heading('Sources', 'Fontes'), page.see.map(s => `- ${s}`).join('\n')] : []),
    '',
  ].join('\n\n');
}

function sample(given: Sample): string {
  const files = typeof given === 'string' ? { '': given } : given;
  return Object.entries(files)
    .map(([name, text]) => `${name && `\`${name}\`\n\n`}\`\`\`\n${text.replace(/\n*$/, '')}\n\`\`\``)
    .join('\n\n');
}
