import { StatusError } from '@typekube/apimachinery';
import type { AuditRecord } from '../audit/audit-record';
import type { Auditor } from '../audit/auditor';
import type { ApiRequest, ApiResponse } from '../http/messages';
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
    context.atEnd.push(() => end(auditor, record, request, response));
    return next(request, response);
  };
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
  auditor.record(record, 'ResponseComplete', code);
}
