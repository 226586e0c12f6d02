/** Address rewriting and resolving, as trivial-rewrite(8) does for smtpd(8): rewrite.c, resolve.c. Strings are bytes. */
import { validHostaddr, validMailhostLiteral, validUtf8Hostname } from './ip';
import { internalize, quoteLocal, scan, token, unquoteLocal, type Token } from './tok822';

/** The settings that address rewriting reads; trivial-rewrite takes them from main.cf and its own `-o`. */
export interface RewriteSettings {
  readonly myorigin: string;
  readonly mydomain: string;
  readonly myhostname: string;
  readonly appendAtMyorigin: boolean;
  readonly appendDotMydomain: boolean;
  readonly swapBangpath: boolean;
  readonly percentHack: boolean;
  readonly resolveDequoted: boolean;
  readonly resolveNullDomain: boolean;
  readonly resolveNumericDomain: boolean;
  readonly smtputf8: boolean;
  readonly emptyAddress: string;
}

const lastOf = (tree: readonly Token[], type: string): number => {
  for (let i = tree.length - 1; i >= 0; i--) if (tree[i]?.type === type) return i;
  return -1;
};
const firstOf = (tree: readonly Token[], type: string): number => tree.findIndex(t => t.type === type);

/** Rewrites an address to the canonical form of local mail, in place (rewrite_tree with the local context). */
function rewriteTree(tree: Token[], settings: RewriteSettings): void {
  const only = tree.length === 1 ? tree[0] : undefined;
  if (tree.length === 0 || (only?.type === 'qstring' && only.text === '')) return;
  if (only?.type === '@') {
    tree.splice(0, 1, token('qstring'));
    return;
  }
  if (tree[0]?.type === '@') {
    const colon = firstOf(tree, ':');
    if (colon >= 0 && colon !== tree.length - 1) tree.splice(0, colon + 1);
  }
  if (lastOf(tree, '@') < 0) {
    const bang = settings.swapBangpath ? firstOf(tree, '!') : -1;
    const percent = settings.percentHack ? lastOf(tree, '%') : -1;
    if (bang >= 0) {
      const domain = tree.slice(0, bang);
      const local = tree.slice(bang + 1);
      tree.splice(0, tree.length, ...local, token('@'), ...domain);
    } else if (percent >= 0) tree[percent] = token('@');
    else if (settings.appendAtMyorigin && settings.myorigin !== '') tree.push(token('@'), ...scan(settings.myorigin));
  }
  const ratsign = lastOf(tree, '@');
  if (settings.appendDotMydomain && settings.mydomain !== '' && ratsign >= 0 && ratsign !== tree.length - 1) {
    const domain = tree.slice(ratsign);
    if (firstOf(domain, 'domlit') < 0 && firstOf(domain, '.') < 0) tree.push(token('.'), ...scan(settings.mydomain));
  }
  stripDot(tree, true);
}

/** Strips one dot at the end, but leaves `..` and `@.` alone. */
function stripDot(tree: Token[], anywhere: boolean): void {
  const before = tree[tree.length - 2];
  if (tree[tree.length - 1]?.type !== '.' || !before || before.type === '.' || before.type === '@') return;
  if (anywhere || lastOf(tree, '@') >= 0) tree.pop();
}

/** Rewrites an address in internal form (rewrite_clnt_internal with the local rule set); an empty one stays empty. */
export function rewriteAddress(address: string, settings: RewriteSettings): string {
  if (address === '') return '';
  const tree = scan(quoteLocal(address));
  rewriteTree(tree, settings);
  return unquoteLocal(quoteLocal(internalize(tree)));
}

/** What resolving an address gives before its class is looked up. */
export interface Stripped {
  /** In internal form, always with an `@`. */
  readonly recipient: string;
  readonly domain: string;
  /** Whether the domain is one of the local ones. */
  readonly local: boolean;
  /** Whether the local part holds routing signs for another host (RESOLVE_FLAG_ROUTED). */
  readonly routed: boolean;
  /** Whether the domain is malformed (RESOLVE_FLAG_ERROR). */
  readonly malformed: boolean;
}

/**
 * Strips local domains off an address until none is left or a remote one shows up, looking through `%`, `!` and quotes
 * where the settings say so (the first half of resolve_addr). `isLocal` says whether a domain is local: it is mydestination
 * and the own addresses. Undefined where Postfix gives up on the address.
 */
export function stripLocal(
  address: string,
  settings: RewriteSettings,
  isLocal: (domain: string) => boolean,
): Stripped | undefined {
  let tree = scan(quoteLocal(address));
  let saved: Token[] | undefined;
  let domainLeft = false;
  for (let count = 0; ; count++) {
    if (count > address.length + 100) return undefined;
    stripDot(tree, false);
    if (settings.resolveNullDomain && tree[tree.length - 1]?.type === '@') tree.pop();
    const ratsign = lastOf(tree, '@');
    if (ratsign >= 0) {
      const domain = tree.slice(ratsign + 1);
      if (domain.length > 0 && !isLocal(internalize(domain))) {
        domainLeft = true;
        break;
      }
      saved = tree.slice(ratsign);
      tree = tree.slice(0, ratsign);
    }
    if (
      lastOf(tree, '@') >= 0 ||
      (settings.swapBangpath && lastOf(tree, '!') >= 0) ||
      (settings.percentHack && lastOf(tree, '%') >= 0)
    ) {
      rewriteTree(tree, settings);
      continue;
    }
    const only = tree.length === 1 ? tree[0] : undefined;
    if (settings.resolveDequoted && only?.type === 'qstring') {
      const oper = routingSign(only.text, settings);
      if (oper >= 0) {
        const sign = only.text.charAt(oper);
        const text = sign === '%' ? `${only.text.slice(0, oper)}@${only.text.slice(oper + 1)}` : only.text;
        tree = scan(sign === '!' ? text : quoteLocal(text));
        rewriteTree(tree, settings);
        continue;
      }
    }
    if (only?.type === 'qstring' && only.text === '') tree = [];
    if (tree.length === 0) {
      tree = scan(settings.emptyAddress);
      if (tree.length === 0) return undefined;
      continue;
    }
    if (!saved) {
      tree.push(token('@'), ...scan(settings.myhostname));
      continue;
    }
    break;
  }
  if (!domainLeft && saved) tree = [...tree, ...saved];
  let recipient = internalize(tree);
  let domain = recipient.slice(recipient.lastIndexOf('@') + 1);
  let local = !domainLeft;
  let malformed = false;
  if (domain.startsWith('[')) malformed = !validMailhostLiteral(domain);
  else if (!validUtf8Hostname(domain, settings.smtputf8)) {
    if (settings.resolveNumericDomain && validHostaddr(domain)) {
      recipient = `${recipient.slice(0, recipient.lastIndexOf('@'))}@[${domain}]`;
      domain = `[${domain}]`;
      if (isLocal(domain)) local = true;
    } else malformed = true;
  }
  const sign = recipient.search(/[@!%]/);
  return { recipient, domain, local, malformed, routed: recipient.slice(sign + 1) !== domain };
}

function routingSign(text: string, settings: RewriteSettings): number {
  const at = text.lastIndexOf('@');
  if (at >= 0) return at;
  const percent = settings.percentHack ? text.lastIndexOf('%') : -1;
  if (percent >= 0) return percent;
  return settings.swapBangpath ? text.lastIndexOf('!') : -1;
}
