/** Runs the rules that look at one setting at a time on settings that stand outside of main.cf. */
import { embeddedSettings } from '../model/embedded';
import type { Site } from '../model/site';
import { sourcesOf } from '../model/sources';
import type { SourceText } from '../text/source-text';
import type { Finding, Fix, Rule } from './rule';

/** What these rules find in `postconf -e` lines and overlays, placed in the files that hold them. */
export function embeddedFindings(
  site: Site,
  rules: readonly Rule[],
  run: (site: Site, rule: Rule) => readonly Finding[],
): Finding[] {
  const fitting = rules.filter(rule => rule.perSetting);
  return sourcesOf(site).flatMap(({ kind, source }) => {
    const settings = kind === 'postconf' || kind === 'shell' ? embeddedSettings(source) : undefined;
    if (!settings) return [];
    const inner: Site = { ...site, main: settings, firewalls: [], extra: [], partial: true };
    return (
      fitting
        .flatMap(rule => run(inner, rule))
        .filter(finding => finding.source === settings)
        // What a session meets hangs on the settings that are not seen here.
        .map(({ evidence: _, ...finding }) => ({
          ...finding,
          source,
          related: [],
          fixes: finding.fixes.flatMap(fix => moved(fix, settings, source)),
        }))
    );
  });
}

/** A fix in the file that holds the setting; none where it would add or take lines, or reach another file. */
function moved(fix: Fix, from: SourceText, to: SourceText): Fix[] {
  const fits = fix.edits.every(
    e => e.source === from && !e.newText.includes('\n') && !from.slice(e.span).includes('\n'),
  );
  return fits ? [{ ...fix, edits: fix.edits.map(e => ({ ...e, source: to })) }] : [];
}
