/** The first `max` texts joined by commas, and how many more there are: `a,b,c + 2 more...`; `none` for no text at all. */
export function listWithMore(list: readonly string[], options: { max: number; none: string }): string {
  const { max, none } = options;
  const shown = list.slice(0, max).join(',');
  if (list.length > max) return `${shown} + ${list.length - max} more...`;
  return shown || none;
}
