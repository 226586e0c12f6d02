/** Marks the places that an answer speaks of, in whichever editor shows them, until the next answer or an edit of the file. */
import { Disposable, OverviewRulerLane, Range, TextEditorRevealType, ThemeColor, Uri, window, workspace } from 'vscode';

/** A place in a file, as the server tells it. */
export interface Place {
  readonly uri: string;
  readonly range: {
    readonly start: { readonly line: number; readonly character: number };
    readonly end: { readonly line: number; readonly character: number };
  };
}

const look = window.createTextEditorDecorationType({
  backgroundColor: new ThemeColor('editor.findMatchHighlightBackground'),
  overviewRulerColor: new ThemeColor('editorOverviewRuler.findMatchForeground'),
  overviewRulerLane: OverviewRulerLane.Center,
  isWholeLine: true,
});

let marked: readonly Place[] = [];

/** Keeps the marks where editors come and go; to be disposed with the extension. */
export function placeMarks(): Disposable {
  return Disposable.from(
    look,
    window.onDidChangeVisibleTextEditors(paint),
    workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length === 0) return;
      marked = marked.filter(place => Uri.parse(place.uri).toString() !== document.uri.toString());
      paint();
    }),
  );
}

/** Marks these places, no others, and scrolls to the first one of each editor. */
export function markPlaces(places: readonly Place[]): void {
  marked = places;
  paint();
  for (const editor of window.visibleTextEditors) {
    const [first] = rangesIn(editor.document.uri.toString());
    if (first) editor.revealRange(first, TextEditorRevealType.InCenterIfOutsideViewport);
  }
}

function rangesIn(uri: string): Range[] {
  return marked
    .filter(place => Uri.parse(place.uri).toString() === uri)
    .map(({ range: { start, end } }) => new Range(start.line, start.character, end.line, end.character));
}

function paint(): void {
  for (const editor of window.visibleTextEditors) editor.setDecorations(look, rangesIn(editor.document.uri.toString()));
}
