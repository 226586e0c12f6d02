/** The text beside a completion item, composed when it is shown. */
import { projectDocs } from '../../facts/project-docs';
import { restrictionDocs } from '../../facts/restriction-docs';
import { actionDocs, columnDocs, flagDocs, programDocs, tableTypeDocs, wordDoc } from '../../facts/word-docs';
import {
  chainDocs,
  mainSpelling,
  matchDocs,
  optionDocs,
  targetDocs,
  iptablesTableDocs,
} from '../../facts/iptables-docs';
import { rules } from '../../rules/index.generated';
import type { Text } from '../../text/message';
import { paragraph, type Doc } from '../doc';
import { aboutPatternWord } from '../hover/pattern';
import { aboutParameter } from '../hover/parameter';
import type { About } from './item';

/** What there is to say about an item. Empty where there is nothing. */
export function aboutItem(about: About, version: string): Doc {
  switch (about.kind) {
    case 'parameter':
      return aboutParameter(about.name, version);
    case 'restriction':
      return told(restrictionDocs.get(about.name));
    case 'table':
      return told(tableTypeDocs[about.name]);
    case 'program':
      return told(programDocs[about.name]);
    case 'column':
      return told(columnDocs[about.name]);
    case 'flag':
      return told(flagDocs[about.name]);
    case 'word':
      return told(wordDoc(about.parameter, about.name));
    case 'action':
      return told(actionDocs[about.where][about.name]);
    case 'option':
      return told(optionDocs[mainSpelling(about.name)]);
    case 'extension':
      return told(matchDocs[about.name] ?? targetDocs[about.name]);
    case 'chain':
      return told(chainDocs[about.name] ?? iptablesTableDocs[about.name]);
    case 'pattern-flag':
      return aboutPatternWord(about.name);
    case 'setting':
      return told(projectDocs[about.name]);
    case 'rule':
      return told(rules.find(r => r.id === about.name)?.title);
    default:
      return [];
  }
}

function told(text: Text | undefined): Doc {
  return text ? [paragraph(text)] : [];
}
