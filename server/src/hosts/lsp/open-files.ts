/** Open buffers over the disk, and views on both that remember what was asked of them. */
import { fileKind, type FileKind } from '../../model/file-kind';
import type { Files, FileState } from '../../text/files';
import { SourceText } from '../../text/source-text';
import type { Disk } from './disk';

/** An open document: the protocol's names for it, and its text as the core has it. */
export interface OpenDocument {
  readonly uri: string;
  readonly version: number;
  readonly languageId: string;
  readonly source: SourceText;
}

const kindByLanguage: ReadonlyMap<string, FileKind> = new Map([
  ['postfix-main', 'main.cf'],
  ['postfix-master', 'master.cf'],
  ['postfix-checks', 'checks'],
  ['postfix-table', 'table'],
  ['iptables', 'iptables-save'],
]);

export class OpenFiles implements Files {
  private readonly documents = new Map<string, OpenDocument>();

  constructor(readonly disk: Disk) {}

  /** Takes the text of a document that was opened or changed. A buffer keeps the encoding that its file has. */
  put(path: string, document: Omit<OpenDocument, 'source'>, text: string): void {
    const onDisk = this.disk.read(path);
    const latin1 = onDisk.kind === 'text' && onDisk.source.encoding === 'latin1' && !/[^\0-\xff]/.test(text);
    const encoding = latin1 ? 'latin1' : 'utf8';
    const before = this.documents.get(path)?.source;
    const source = before?.edited(text, encoding) ?? new SourceText(path, text, encoding);
    this.documents.set(path, { ...document, source });
  }

  remove(path: string): void {
    this.documents.delete(path);
  }

  /** The open document at a path. */
  document(path: string): OpenDocument | undefined {
    return this.documents.get(path);
  }

  get paths(): readonly string[] {
    return [...this.documents.keys()];
  }

  read(path: string): FileState {
    const open = this.documents.get(path);
    return open ? { kind: 'text', source: open.source } : this.disk.read(path);
  }

  list(folder: string): readonly string[] | undefined {
    return this.disk.list(folder);
  }

  modified(path: string): number | undefined {
    return this.documents.has(path) ? undefined : this.disk.modified?.(path);
  }

  /** What a file is: by the language its document was given, else by name and contents. */
  kindOf(path: string): FileKind | undefined {
    const open = this.documents.get(path);
    if (open && fileKind(path, open.source.text) === 'postconf') return 'postconf';
    const byLanguage = open && kindByLanguage.get(open.languageId);
    if (byLanguage) return byLanguage;
    const state = this.read(path);
    return state.kind === 'text' ? fileKind(path, state.source.text) : undefined;
  }
}

/** A view that notes the paths asked for: what a site was built from. */
export class RecordingFiles implements Files {
  readonly asked = new Set<string>();

  constructor(private readonly view: Files) {}

  read(path: string): FileState {
    this.asked.add(path);
    return this.view.read(path);
  }

  list(folder: string): readonly string[] | undefined {
    this.asked.add(folder);
    return this.view.list(folder);
  }

  modified(path: string): number | undefined {
    this.asked.add(path);
    return this.view.modified?.(path);
  }
}

/** A view in which some texts stand in place of the files. */
export class Over implements Files {
  constructor(
    private readonly view: Files,
    private readonly texts: ReadonlyMap<string, SourceText>,
  ) {}

  read(path: string): FileState {
    const source = this.texts.get(path);
    return source ? { kind: 'text', source } : this.view.read(path);
  }

  list(folder: string): readonly string[] | undefined {
    return this.view.list(folder);
  }

  modified(path: string): number | undefined {
    return this.texts.has(path) ? undefined : this.view.modified?.(path);
  }
}
