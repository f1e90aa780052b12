import type { Issue, Source } from './source';

/** An expression that does not parse or type check; the message is cel-go's, with the places. */
export class IssuesError extends Error {
  override readonly name = 'IssuesError';

  constructor(source: Source, readonly issues: readonly Issue[]) {
    super(source.describe(issues));
  }
}
