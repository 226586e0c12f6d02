/** The names of the functions that a script defines anywhere. */
import { derived } from '../../text/derived';
import type { ShellScript } from '../../syntax/shell/nodes';
import { walkScript } from '../../syntax/shell/walk';

/** The names, also of functions that are defined within others or never come to be. Remembered by the script. */
export const functionNames: (script: ShellScript) => ReadonlySet<string> = derived(script => {
  const names = new Set<string>();
  walkScript(
    { units: script.units.filter(unit => !unit.plain) },
    {
      command: command => {
        if (command.kind === 'function') names.add(command.name);
      },
    },
  );
  return names;
});
