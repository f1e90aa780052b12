import type { Authorizer } from '../authz/authorizer';
import { withAuthentication, type AuthenticationOptions } from './authentication';
import { withAuthorization } from './authorization';
import { withErrorAnswers } from './error-answers';
import { compose, type Filter, type Handler } from './filter';
import { withImpersonation } from './impersonation';
import { type InFlightLimits, withMaxInFlight } from './max-in-flight';
import { withRequestContext } from './request-context';
import { withTimeout } from './timeout';

export interface ChainOptions {
  readonly authentication: AuthenticationOptions;
  readonly authorizer: Authorizer;
  readonly inFlight: InFlightLimits;
  readonly requestTimeoutSeconds: number;
  readonly metrics: Filter;
  readonly logError: (message: string, error: unknown) => void;
}

/** The way of every request, outermost first (upstream's DefaultBuildHandlerChain). */
export function buildHandlerChain(handler: Handler, options: ChainOptions): Handler {
  return compose(
    [
      withRequestContext,
      // Counts what the inner filters refuse, too.
      options.metrics,
      withErrorAnswers(options.logError),
      withTimeout(options.requestTimeoutSeconds),
      withAuthentication(options.authentication),
      withImpersonation(options.authorizer),
      // After authentication, so that who is unknown cannot fill the lanes.
      withMaxInFlight(options.inFlight),
      withAuthorization(options.authorizer),
    ],
    handler,
  );
}
