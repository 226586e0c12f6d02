/** What can be written at a place. Each kind of thing is offered by a file of its own under completion/. */
import type { Site } from '../model/site';
import type { Message } from '../text/message';
import type { SourceText } from '../text/source-text';
import type { Span } from '../text/span';
import { parameterNames } from './completion/parameter-names';

/** What kind of thing is offered; a host shows an icon for it. */
export type CompletionKind = 'parameter';

export interface Completion {
  readonly label: string;
  readonly kind: CompletionKind;
  /** What is replaced; on one line. */
  readonly span: Span;
  readonly newText: string;
  /** A few words beside the label. */
  readonly detail?: string;
  readonly documentation?: Message;
  readonly deprecated?: boolean;
}

/** A source of completions: what it offers at a place, nothing where it has no say. */
export type Offer = (site: Site, source: SourceText, offset: number) => readonly Completion[];

const offers: readonly Offer[] = [parameterNames];

/** Everything that can be written at an offset of one of a site's files. */
export const complete: Offer = (site, source, offset) => offers.flatMap(offer => offer(site, source, offset));
