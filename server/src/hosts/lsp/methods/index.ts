/** Every group of methods the server has. A new one is a file beside this and a line here. */
import type { Method } from '../session';
import { codeActions } from './code-action';
import { completion } from './completion';
import { diagnostics } from './diagnostics';
import { questions } from './questions';
import { sync } from './sync';

export const methods: readonly Method[] = [sync, diagnostics, codeActions, completion, questions];
