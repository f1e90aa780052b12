/** One line of the result: a figure of ours beside its reference of the same run. */
export interface Row {
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  readonly reference?: number;
  readonly goal?: Goal;
}

/** What a row must reach: a ratio of ours to the reference, or a figure of ours itself. */
export type Goal =
  | { readonly of: 'ratio'; readonly atLeast: number }
  | { readonly of: 'ratio'; readonly atMost: number }
  | { readonly of: 'ours'; readonly atMost: number };

export function ratioOf({ ours, reference }: Row): number | undefined {
  return reference === undefined ? undefined : ours / reference;
}

/** Undefined for a row without a goal, which is there for orientation. */
export function isMet(row: Row): boolean | undefined {
  const { goal } = row;
  if (!goal) return undefined;
  const figure = goal.of === 'ours' ? row.ours : (ratioOf(row) ?? NaN);
  return 'atLeast' in goal ? figure >= goal.atLeast : figure <= goal.atMost;
}

const HEADINGS = ['what', 'ours', 'reference', 'ratio', 'goal', 'met'];

/** The rows as a table for a terminal, columns aligned: the first to the left, numbers to the right. */
export function formatTable(rows: readonly Row[]): string {
  const cells = [HEADINGS, ...rows.map(cellsOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  const lines = cells.map((line) => line.map((cell, column) => pad(cell, widths[column] ?? 0, column)).join('  ').trimEnd());
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

function cellsOf(row: Row): string[] {
  const ratio = ratioOf(row);
  const met = isMet(row);
  return [
    row.what,
    `${formatNumber(row.ours)} ${row.unit}`,
    row.reference === undefined ? '' : `${formatNumber(row.reference)} ${row.unit}`,
    ratio === undefined ? '' : ratio.toFixed(2),
    formatGoal(row),
    met === undefined ? '' : met ? 'yes' : 'NO',
  ];
}

function formatGoal({ goal, unit }: Row): string {
  if (!goal) return '';
  if ('atLeast' in goal) return `>= ${goal.atLeast}`;
  return goal.of === 'ratio' ? `<= ${goal.atMost}` : `<= ${formatNumber(goal.atMost)} ${unit}`;
}

/** Three significant digits or more, thousands apart. */
function formatNumber(value: number): string {
  const decimals = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { maximumFractionDigits: decimals });
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}
