/** The services worth adding to a master.cf, whole, as the recommended blocks have them. */
import { cleanupIn, serviceText, submission, submissions, type RecommendedService } from '../../facts/recommended';
import type { Span } from '../../text/span';
import { escapeSnippet, type CompletionItem } from './item';

const offered: readonly RecommendedService[] = [submission, submissions, cleanupIn];

/** Items that insert a whole service. */
export function recommendedServices(span: Span): CompletionItem[] {
  return offered.map(service => ({
    label: service.name,
    kind: 'snippet',
    span,
    newText: `${escapeSnippet(serviceText(service).trimEnd())}\n`,
    snippet: true,
    detail: service.command,
    about: { kind: 'program', name: service.command },
    rank: 3,
  }));
}
