/** What holds for every rule: its samples, its fixes, its sentences. */
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { atLeast, check, internalProblem } from '@postfix-tools/server/rules/driver';
import { rules } from '@postfix-tools/server/rules/index.generated';
import type { Finding, Sample } from '@postfix-tools/server/rules/rule';
import { placeholders, type Text } from '@postfix-tools/server/text/message';
import { applyFix, filesOf, siteOfTexts } from '../support/rules';
import type { Rule } from '@postfix-tools/server/rules/rule';

/** All findings on a sample, for a Postfix version at which the rule holds. */
function all(rule: Rule, texts: Readonly<Record<string, string>>): readonly Finding[] {
  const version = rule.until !== undefined ? { version: rule.since ?? '2.0' } : {};
  return check(siteOfTexts(texts, version), rules);
}

function sample(rule: Rule, text: Sample): Record<string, string> {
  return filesOf(rule, text);
}

const errors = (found: readonly Finding[]) => found.filter(f => atLeast(f.severity, 'error'));

describe('every rule', () => {
  it('has an id of its own', () => equal(new Set(rules.map(r => r.id)).size, rules.length));

  for (const rule of rules) {
    describe(rule.id, () => {
      it('is named after its defect and says everything in both languages', () => {
        match(rule.id, /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
        const texts: readonly Text[] = [rule.title, ...Object.values(rule.messages)];
        for (const { en, 'pt-BR': pt } of texts) {
          ok(en.trim() !== '' && pt.trim() !== '', 'a sentence is empty');
          deepEqual(placeholders(pt), placeholders(en), en);
          ok(!/FILL IN|PREENCHER/.test(en + pt), en);
        }
        ok(rule.page.why.length > 40 && rule.page.remedy.length > 10, 'the page says too little');
      });

      it('fires on its bad sample, with evidence and a fix where it claims them', () => {
        const found = all(rule, sample(rule, rule.page.bad));
        const own = found.filter(f => f.rule === rule.id);
        ok(own.length > 0, `found only: ${found.map(f => f.rule).join(', ') || 'nothing'}`);
        deepEqual(
          found.filter(f => f.rule === internalProblem).map(f => f.message.args),
          [],
        );
        ok(!rule.evidence || own.some(f => f.evidence), 'no evidence');
        ok(!rule.fixable || own.some(f => f.fixes.length > 0), 'no fix');
      });

      it('is silent on its good sample', () => {
        const found = all(rule, sample(rule, rule.page.good));
        deepEqual(
          found.filter(f => f.rule === rule.id || f.rule === internalProblem).map(f => f.message),
          [],
        );
      });

      it('is silenced by each of its fixes, which add no error', () => {
        const texts = sample(rule, rule.page.bad);
        const before = all(rule, texts);
        for (const { message, fixes } of before.filter(f => f.rule === rule.id)) {
          for (const fix of fixes) {
            for (const text of [fix.title.text]) deepEqual(placeholders(text['pt-BR']), placeholders(text.en), text.en);
            const after = all(rule, applyFix(texts, fix));
            const same = (f: Finding) => f.rule === rule.id && sameMessage(f, message);
            const count = (found: readonly Finding[]) => found.filter(same).length;
            ok(count(after) < count(before), `after "${fix.title.text.en}" the rule still fires`);
            const added = errors(after).filter(f => !errors(before).some(b => b.rule === f.rule));
            deepEqual(
              added.map(f => `${f.rule}: ${f.message.text.en}`),
              [],
              `"${fix.title.text.en}" adds an error`,
            );
          }
        }
      });
    });
  }
});

function sameMessage(finding: Finding, message: Finding['message']): boolean {
  return (
    finding.message.text.en === message.text.en && JSON.stringify(finding.message.args) === JSON.stringify(message.args)
  );
}
