/**
 * Puts variables in place of `$(NAME)`; `$$` is one dollar, so that `$$(NAME)` stays; a name that is not known stays as it is
 * (third_party/forked/golang/expansion).
 */
export function expand(text: string, lookup: (name: string) => string | undefined): string {
  return text.replace(/\$(\$|\(([^)]*)\))/g, (whole, operator: string, name: string | undefined) =>
    operator === '$' ? '$' : (lookup(name ?? '') ?? whole),
  );
}
