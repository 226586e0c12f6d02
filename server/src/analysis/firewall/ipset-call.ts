/** From a command that names ipset to an {@link IpsetCall}, with what `ipset restore` reads. */
import type { DumpInput, IpsetCall } from './calls';
import type { Interpreter } from './execute';
import type { Field } from './expand';
import { callWord, fileInput, standardInput } from './firewall-call';
import type { Invocation } from './simple';
import { known } from './value';

/** Runs ipset: what it does to sets is told, what it prints is not known. */
export function callIpset(shell: Interpreter, { fields, place, command }: Invocation): void {
  const args = fields.slice(1);
  const words = args.map(field => known(field.value) ?? '');
  const prints = words.some(word => /^(?:-L|-S|-?-?list|-?-?save)$/.test(word));
  if (prints) shell.write([shell.unknownOutput(place, ['ipset', ...words].join(' '))]);
  const restores = words.some(word => /^(?:-R|-?-?restore)$/.test(word));
  const input = restores ? restored(shell, args, words, place) : undefined;
  const call: IpsetCall = {
    ...place,
    argv: args.map(callWord),
    conditional: shell.s.conditions,
    repeated: shell.repeated > 0,
    ...(input && { input }),
  };
  shell.happened++;
  const status = shell.muted > 0 ? 'unknown' : (shell.options.onIpset?.(call) ?? 'unknown');
  if (status !== 'unknown') shell.decided(status);
  else shell.undecided(shell.doubtAt(place, shell.sourceOf(command.span), shell.undecidedWhy(command.span)));
}

function restored(
  shell: Interpreter,
  args: readonly Field[],
  words: readonly string[],
  place: Invocation['place'],
): DumpInput {
  const option = words.findIndex(word => /^(?:-f|-?-?file)$/.test(word));
  const file = option < 0 ? undefined : args[option + 1];
  return file ? fileInput(shell, file) : standardInput(shell, place);
}
