/** Asks for several values, one after the other, with a way back; what was answered last is offered again. */
import { QuickInputButtons, window, type Disposable, type QuickInput } from 'vscode';

export interface Field {
  readonly name: string;
  readonly title: string;
  /** What stands in the box at first. */
  readonly value?: string;
  /** Values to choose from; others too where it is `free`. */
  readonly choices?: readonly string[];
  readonly free?: boolean;
  /** Whether an empty answer is one. */
  readonly empty?: boolean;
  /** What is wrong with a value, if anything. */
  readonly check?: (value: string) => string | undefined;
}

const back = Symbol('back');
type Reply = string | typeof back | undefined;
const remembered = new Map<string, string>();

/** The values by name, or undefined where the person gave up. What is proposed stands in its box at first. */
export async function ask(
  title: string,
  fields: readonly Field[],
  proposed: Readonly<Record<string, string>> = {},
): Promise<Record<string, string> | undefined> {
  const values: Record<string, string> = {};
  for (let i = 0; i < fields.length;) {
    const field = fields[i];
    if (!field) break;
    const key = `${title}/${field.name}`;
    const value =
      values[field.name] ?? proposed[field.name] ?? remembered.get(key) ?? field.value ?? field.choices?.[0] ?? '';
    const step = { title, step: i + 1, totalSteps: fields.length };
    const reply = field.choices ? await choose(field, value, step) : await write(field, value, step);
    if (reply === undefined) return undefined;
    if (reply === back) {
      i = Math.max(0, i - 1);
      continue;
    }
    values[field.name] = reply;
    remembered.set(key, reply);
    i++;
  }
  return values;
}

interface Step {
  readonly title: string;
  readonly step: number;
  readonly totalSteps: number;
}

function write(field: Field, value: string, step: Step): Promise<Reply> {
  const box = window.createInputBox();
  Object.assign(box, step, { prompt: field.title, value });
  if (step.step > 1) box.buttons = [QuickInputButtons.Back];
  const wrong = (text: string): string | undefined =>
    text === '' ? (field.empty ? undefined : ' ') : field.check?.(text);
  return replyOf(box, done => [
    box.onDidTriggerButton(() => {
      done(back);
    }),
    box.onDidChangeValue(text => {
      box.validationMessage = text === '' ? '' : (wrong(text) ?? '');
    }),
    box.onDidAccept(() => {
      const problem = wrong(box.value);
      if (problem === undefined) done(box.value);
      else box.validationMessage = problem;
    }),
  ]);
}

function choose(field: Field, value: string, step: Step): Promise<Reply> {
  const list = window.createQuickPick();
  const items = (field.choices ?? []).map(label => ({ label }));
  Object.assign(list, step, { placeholder: field.title, items });
  list.activeItems = items.filter(i => i.label === value);
  if (step.step > 1) list.buttons = [QuickInputButtons.Back];
  return replyOf(list, done => [
    list.onDidTriggerButton(() => {
      done(back);
    }),
    list.onDidChangeValue(text => {
      if (!field.free) return;
      list.items = text && !items.some(i => i.label === text) ? [{ label: text }, ...items] : items;
    }),
    list.onDidAccept(() => {
      const label = list.selectedItems[0]?.label;
      if (label !== undefined) done(label);
    }),
  ]);
}

function replyOf(input: QuickInput, listen: (done: (reply: Reply) => void) => readonly Disposable[]): Promise<Reply> {
  return new Promise(resolve => {
    let reply: Reply;
    const listeners = [
      ...listen(value => {
        reply = value;
        input.hide();
      }),
      input.onDidHide(() => {
        for (const listener of listeners) listener.dispose();
        input.dispose();
        resolve(reply);
      }),
    ];
    input.ignoreFocusOut = true;
    input.show();
  });
}
