import type { Authorizer } from '../authz/authorizer';
import type { OnAuthorization } from '../authz/metrics';
import type { Auditor } from '../audit/auditor';
import type { FlowControl } from '../flow-control/flow-control';
import { withAudit, withFailedAuthenticationAudit } from './audit';
import { withAuthentication, type AuthenticationOptions } from './authentication';
import { withAuthorization } from './authorization';
import { withErrorAnswers } from './error-answers';
import { compose, type Filter, type Handler } from './filter';
import { withFlowControl } from './flow-control';
import { withImpersonation } from './impersonation';
import { type InFlightLimits, withMaxInFlight } from './max-in-flight';
import { withRequestContext } from './request-context';
import { withTimeout } from './timeout';

export interface ChainOptions {
  readonly authentication: AuthenticationOptions;
  readonly authorizer: Authorizer;
  /** Limits what runs at once, where there is no `flowControl`. */
  readonly inFlight: InFlightLimits;
  readonly auditor: Auditor | undefined;
  readonly flowControl: FlowControl | undefined;
  readonly requestTimeoutSeconds: number;
  readonly metrics: Filter;
  readonly onDecision?: OnAuthorization | undefined;
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
      ...(options.auditor ? [withFailedAuthenticationAudit(options.auditor)] : []),
      withAuthentication(options.authentication),
      // Outside of everything that may refuse, and of impersonation: who has authenticated is recorded.
      ...(options.auditor ? [withAudit(options.auditor)] : []),
      withImpersonation(options.authorizer),
      // After authentication, so that who is unknown cannot fill the lanes.
      options.flowControl ? withFlowControl(options.flowControl) : withMaxInFlight(options.inFlight),
      withAuthorization(options.authorizer, options.onDecision),
    ],
    handler,
  );
}
