/** One thing that is wrong with an expression, where it stands. */
export interface Issue {
  /** Offset in code points. */
  readonly offset: number;
  readonly message: string;
}

/** The text of an expression, which finds lines and columns for messages. */
export class Source {
  readonly points: readonly string[];
  private readonly lineStarts: readonly number[];

  constructor(readonly text: string) {
    this.points = Array.from(text);
    this.lineStarts = [0, ...this.points.flatMap((point, i) => (point === '\n' ? [i + 1] : []))];
  }

  location(offset: number): { readonly line: number; readonly column: number } {
    let line = this.lineStarts.length - 1;
    while (line > 0 && (this.lineStarts[line] ?? 0) > offset) line--;
    return { line: line + 1, column: offset - (this.lineStarts[line] ?? 0) };
  }

  /** The issues as cel-go prints them: place, message, the line and a caret below it. */
  describe(issues: readonly Issue[]): string {
    return [...issues].sort((a, b) => a.offset - b.offset).map((issue) => this.describeOne(issue)).join('\n');
  }

  private describeOne({ offset, message }: Issue): string {
    const { line, column } = this.location(offset);
    const start = this.lineStarts[line - 1] ?? 0;
    const end = this.lineStarts[line] ?? this.points.length + 1;
    const text = this.points.slice(start, end - 1);
    const wide = (point: string): boolean => new TextEncoder().encode(point).length > 1;
    const indent = text.slice(0, column).map((point) => (wide(point) ? '．' : '.'));
    const caret = column < text.length && wide(text[column] ?? '') ? '＾' : '^';
    const snippet = text.join('').replaceAll('\t', ' ');
    return `ERROR: <input>:${line}:${column + 1}: ${message}\n | ${snippet}\n | ${indent.join('')}${caret}`;
  }
}
