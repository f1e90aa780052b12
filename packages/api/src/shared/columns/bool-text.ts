/** `True`, `False`, or `<unset>` (upstream's printBoolPtr). */
export function boolText(value: boolean | undefined): string {
  if (value === undefined) return '<unset>';
  return value ? 'True' : 'False';
}
