/** What a completion offers. */
import type { Span } from '../../text/span';

export type CompletionKind =
  | 'parameter'
  | 'value'
  | 'keyword'
  | 'function'
  | 'class'
  | 'module'
  | 'file'
  | 'folder'
  | 'type'
  | 'snippet'
  | 'variable'
  | 'property';

/** What the text beside an item is about; plain data, so that it can be asked for later. */
export type About =
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'restriction'; readonly name: string }
  | { readonly kind: 'table'; readonly name: string }
  | { readonly kind: 'program'; readonly name: string }
  | { readonly kind: 'column'; readonly name: string }
  | { readonly kind: 'flag'; readonly name: string }
  | { readonly kind: 'word'; readonly parameter: string; readonly name: string }
  | { readonly kind: 'action'; readonly where: 'access' | 'checks'; readonly name: string }
  | { readonly kind: 'option'; readonly name: string }
  | { readonly kind: 'chain'; readonly name: string }
  | { readonly kind: 'rule'; readonly name: string }
  | { readonly kind: 'pattern-flag'; readonly name: string }
  | { readonly kind: 'extension'; readonly name: string }
  | { readonly kind: 'setting'; readonly name: string };

export interface CompletionItem {
  readonly label: string;
  readonly kind: CompletionKind;
  /** What is replaced: the word under the cursor. */
  readonly span: Span;
  readonly newText: string;
  /** `newText` has `$1` and `${1:…}` in it; a plain `$` is written `\$`. */
  readonly snippet?: boolean;
  /** A few words beside the label. */
  readonly detail?: string;
  readonly about?: About;
  readonly deprecated?: boolean;
  /** Smaller comes first; 5 where nothing is said. */
  readonly rank?: number;
  /** Ask again once it is inserted: a value or argument has to follow. */
  readonly asksMore?: boolean;
}

/** A text that can stand in a snippet as it is. */
export function escapeSnippet(text: string): string {
  return text.replace(/[$}\\]/g, '\\$&');
}
