/** A kind with its article as upstream puts it into descriptions: `a Pod`, `an Ingress`; none for plurals such as Endpoints. */
export function withArticle(kind: string): string {
  if (kind.endsWith('s') && !kind.endsWith('ss')) return kind;
  return `${/^[AEIOU]/i.test(kind) ? 'an' : 'a'} ${kind}`;
}
