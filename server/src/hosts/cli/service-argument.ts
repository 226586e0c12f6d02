/** A service of master.cf that a command or a policy test names. */
import { masterOf, serviceLabel, servicesOf } from '../../model/services';
import type { Site } from '../../model/site';
import type { Service } from '../../syntax/master-cf/parse';
import { nearest } from '../../text/nearest';
import { say } from '../../text/message';
import { WrongUse } from './terminal';

/** A service by `name`, `name/type` or `name type`; of several with one name the one that listens on the network. */
export function serviceNamed(site: Site, name: string): Service {
  const services = servicesOf(site);
  const key = name.replace(/\s+/, '/');
  const named = services.filter(s => s.name.text === name);
  const found = services.find(s => serviceLabel(s) === key) ?? named.find(s => s.type.text === 'inet') ?? named[0];
  if (found) return found;
  const names = services.map(s => s.name.text);
  const close = nearest(name, names) ?? names.join(', ');
  const args = { name, close };
  throw new WrongUse(
    masterOf(site).assumed
      ? say(
          'No service {name} in the stock master.cf: {close}',
          'Não há o serviço {name} no master.cf padrão: {close}',
          args,
        )
      : say('master.cf has no service {name}: {close}?', 'master.cf não tem o serviço {name}: {close}?', args),
  );
}
