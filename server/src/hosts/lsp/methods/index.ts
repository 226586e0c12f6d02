/** Every group of methods the server has. A new one is a file beside this and a line here. */
import type { Method } from '../session';
import { callHierarchy } from './call-hierarchy';
import { codeActions } from './code-action';
import { codeLenses } from './code-lens';
import { completion } from './completion';
import { diagnostics } from './diagnostics';
import { formatting } from './formatting';
import { hover } from './hover';
import { inlayHints } from './inlay-hints';
import { navigation } from './navigation';
import { port25 } from './port-report';
import { questions } from './questions';
import { semanticTokens } from './semantic-tokens';
import { signatureHelp } from './signature-help';
import { structure } from './structure';
import { sync } from './sync';
import { whatIf } from './what-if';

export const methods: readonly Method[] = [
  sync,
  diagnostics,
  codeActions,
  completion,
  hover,
  navigation,
  structure,
  semanticTokens,
  inlayHints,
  formatting,
  signatureHelp,
  codeLenses,
  callHierarchy,
  questions,
  whatIf,
  port25,
];
