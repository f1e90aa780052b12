import { type Status, StatusError } from '@typekube/apimachinery';
import type { AuditRecord } from '../audit/audit-record';
import type { Auditor } from '../audit/auditor';
import { annotateLatency } from '../audit/latency';
import type { ApiRequest, ApiResponse } from '../http/messages';
import { isUnforeseen } from './error-answers';
import type { Filter } from './filter';
import { isLongRunning } from './long-running';

/** What is recorded of an answer that never began, as upstream. */
const CLOSED_EARLY = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', message: 'Connection closed early', code: 200 } as const;

/** Records each request as the policy wants it: when it comes, when a long answer begins, and when it ends. */
export function withAudit(auditor: Auditor): Filter {
  return (next) => (request, response) => {
    const { context } = request;
    const record = auditor.begin(request, context.user);
    // Known to be looked at, whether it is recorded or not.
    context.audit = record ?? null;
    if (!record) return next(request, response);
    if (!auditor.record(record, 'RequestReceived')) {
      auditor.counts.rejectedRequests += 1;
      throw new StatusError(500, 'InternalError', 'Internal error occurred: failed to store audit event');
    }
    const onStarted = (code: number): void => started(auditor, record, isLongRunning(context.info), code);
    if (isLongRunning(context.info)) followStart(onStarted, response);
    context.onUpgraded = onStarted;
    let panic: Status | undefined;
    context.atEnd.push(() => {
      if (!panic) return end(auditor, record, request, response);
      record.responseIs(panic);
      auditor.record(record, 'Panic');
    });
    const failed = (error: unknown): never => {
      // Who breaks off his own request has not made the server fail.
      if (isUnforeseen(error) && !response.destroyed) panic = panicStatus(error);
      throw error;
    };
    try {
      return next(request, response)?.catch(failed);
    } catch (error) {
      return failed(error);
    }
  };
}

/** What is recorded of a handler that has failed, in upstream's words: the client is told less. */
function panicStatus(error: unknown): Status {
  const message = `APIServer panic'd: ${error instanceof Error ? error.message : String(error)}`;
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason: 'InternalError', code: 500 };
}

/** Records what authentication has refused; stands outside of it. */
export function withFailedAuthenticationAudit(auditor: Auditor): Filter {
  return (next) => (request, response) => {
    const refused = (error: unknown): never => {
      if (request.context.audit === undefined && error instanceof StatusError && error.code === 401) recordRefusal(auditor, request, error);
      throw error;
    };
    try {
      return next(request, response)?.catch(refused);
    } catch (error) {
      return refused(error);
    }
  };
}

function recordRefusal(auditor: Auditor, request: ApiRequest, { status }: StatusError): void {
  const record = auditor.begin(request, undefined);
  if (!record) return;
  record.responseIs(status);
  if (record.wantsResponse) record.responseObject(Buffer.from(JSON.stringify(status)));
  auditor.record(record, 'ResponseStarted', 401);
}

/** A long answer is recorded when its head goes out. */
function followStart(onStarted: (code: number) => void, response: ApiResponse): void {
  const { writeHead } = response;
  response.writeHead = function writeAuditedHead(this: ApiResponse, code: number, ...rest: never[]): ApiResponse {
    onStarted(code);
    return writeHead.call(this, code, ...rest) as ApiResponse;
  };
}

function started(auditor: Auditor, record: AuditRecord, isLong: boolean, code: number): void {
  if (record.hasStarted) return;
  record.hasStarted = true;
  record.codeIs(code);
  if (isLong) auditor.record(record, 'ResponseStarted');
}

function end(auditor: Auditor, record: AuditRecord, request: ApiRequest, response: ApiResponse): void {
  if (!response.headersSent && !record.hasStarted) record.responseIs(CLOSED_EARLY);
  const code = response.headersSent ? response.statusCode : undefined;
  if (!record.hasStarted && isLongRunning(request.context.info)) auditor.record(record, 'ResponseStarted', code);
  annotateLatency(record, request.context, Date.now());
  auditor.record(record, 'ResponseComplete', code);
}
