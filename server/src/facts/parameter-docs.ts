/** What each parameter is for, in a sentence or two of our own. */
import type { Text } from '../text/message';
import { transportParameter } from './parameters';
import table from './parameter-docs.json';

const docs: ReadonlyMap<string, Text> = new Map(
  Object.entries(table as Record<string, readonly string[]>).map(([name, [en = '', pt = '']]) => [
    name,
    { en, 'pt-BR': pt },
  ]),
);

/** The parameters that have a text of their own. */
export const documentedParameters: readonly string[] = [...docs.keys()];

/** The text on a parameter; `lmtp_x` is told by `smtp_x`, `NAME_destination_…` by what all transports have. */
export function parameterDoc(name: string): Text | undefined {
  const own = docs.get(name);
  if (own) return own;
  if (name.startsWith('lmtp_')) {
    const twin = docs.get(`smtp_${name.slice(5)}`);
    if (twin) return { en: `${twin.en} (For LMTP delivery.)`, 'pt-BR': `${twin['pt-BR']} (Na entrega por LMTP.)` };
  }
  const screen = /^(?:postscreen|tlsproxy)_tls_(.+)$/.exec(name);
  if (screen) {
    const twin = docs.get(`smtpd_tls_${screen[1] ?? ''}`);
    if (twin) return { en: `${twin.en} (In tlsproxy.)`, 'pt-BR': `${twin['pt-BR']} (No tlsproxy.)` };
  }
  const transport = transportParameter(name);
  return transport && docs.get(`transport${transport.ending}`);
}
