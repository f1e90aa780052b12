import { newNotFound } from '@typekube/apimachinery';
import type { Router } from 'express';
import { route } from '../handlers/non-resource-handler';
import { sendText } from '../http/respond';
import type { FlowControl } from './flow-control';
import type { FlowRequest } from './flow-request';

const ROOT = '/debug/api_priority_and_fairness';

/** What runs and what waits, for people: upstream's dumps by level, by queue and by request. */
export function addFlowControlDumps(router: Router, control: () => FlowControl | undefined): void {
  const add = (name: string, dump: (control: FlowControl, query: URLSearchParams) => string[][]): void => {
    router.get(
      `${ROOT}/${name}`,
      route((request, response) => {
        const current = control();
        if (!current) throw newNotFound({ group: '', resource: 'debug' }, name);
        sendText(request, response, 200, alignColumns(dump(current, request.context.query)), 'text/plain; charset=utf-8');
      }),
    );
  };
  add('dump_priority_levels', dumpLevels);
  add('dump_queues', dumpQueues);
  add('dump_requests', dumpRequests);
}

function dumpLevels({ levels }: FlowControl): string[][] {
  const rows = [...levels.all].map(({ name, queues, isQuiescing }) => {
    const { waiting, executing, limit } = queues.numbers;
    const active = queues.queues.filter(({ waiting: requests }) => requests.length > 0).length;
    return [name, active, queues.isIdle, isQuiescing, waiting, executing, limit].map(String);
  });
  return [['PriorityLevelName', 'ActiveQueues', 'IsIdle', 'IsQuiescing', 'WaitingRequests', 'ExecutingRequests', 'CurrentCL'], ...rows];
}

function dumpQueues({ levels }: FlowControl): string[][] {
  const rows = [...levels.all].flatMap(({ name, queues }) =>
    queues.queues.map(({ waiting, executing, seatsInUse, nextDispatchR, workWaiting }, index) =>
      [name, index, waiting.length, executing, seatsInUse, `${nextDispatchR.toFixed(8)}ss`, sum(waiting, 'initial'), sum(waiting, 'max'), `${workWaiting.toFixed(8)}ss`].map(String),
    ),
  );
  const head = ['PriorityLevelName', 'Index', 'PendingRequests', 'ExecutingRequests', 'SeatsInUse', 'NextDispatchR', 'InitialSeatsSum', 'MaxSeatsSum', 'TotalWorkSum'];
  return [head, ...rows];
}

/** Of what waits and what runs; with `includeRequestDetails` also whose it is and what it asks for. */
export function dumpRequests({ levels }: Pick<FlowControl, 'levels'>, query: URLSearchParams): string[][] {
  const withDetails = Boolean(query.get('includeRequestDetails'));
  const timeOf = wallClock();
  const rows = [...levels.all].flatMap(({ name, queues }) => {
    const waiting = queues.queues.flatMap((queue, i) => queue.waiting.map((request, position): Placed => ({ request, queue: i, position })));
    // What runs has no place in its queue any more, and on levels without queues none at all.
    const running = queues.executing.map((request): Placed => ({ request, queue: request.queue ? queues.queues.indexOf(request.queue) : -1, position: -1 }));
    return [...waiting, ...running].map(({ request, queue, position }) => {
      const { flow, arrivedAt, startedAt, state, estimate, asked } = request;
      const { initialSeats, finalSeats, additionalSeconds } = estimate;
      const started = state === 'executing' ? timeOf(startedAt) : '';
      const row = [name, flow.schema, queue, position, flow.distinguisher, timeOf(arrivedAt), initialSeats, finalSeats, `${additionalSeconds * 1000}ms`, started].map(String);
      return withDetails ? [...row, ...detailsOf(asked)] : row;
    });
  });
  const head = ['PriorityLevelName', 'FlowSchemaName', 'QueueIndex', 'RequestIndexInQueue', 'FlowDistingsher', 'ArriveTime', 'InitialSeats', 'FinalSeats', 'AdditionalLatency', 'StartTime'];
  return [withDetails ? [...head, ...DETAILS] : head, ...rows];
}

interface Placed {
  readonly request: FlowRequest;
  readonly queue: number;
  readonly position: number;
}

/** Of seconds of the queues' clock. */
function wallClock(): (seconds: number) => string {
  const now = Date.now();
  const monotonic = performance.now();
  return (seconds) => new Date(now - (monotonic - seconds * 1000)).toISOString();
}

const DETAILS = ['UserName', 'Verb', 'APIPath', 'Namespace', 'Name', 'APIVersion', 'Resource', 'SubResource'];

function detailsOf(asked: FlowRequest['asked']): string[] {
  if (!asked) return DETAILS.map(() => '');
  const { verb, path, namespace, name, apiVersion, resource, subresource } = asked.info;
  return [asked.user.name, verb, path, namespace, name, apiVersion, resource, subresource];
}

function sum(requests: readonly { readonly seats: number; readonly estimate: { readonly initialSeats: number } }[], which: 'initial' | 'max'): number {
  return requests.reduce((total, { seats, estimate }) => total + (which === 'max' ? seats : estimate.initialSeats), 0);
}

/** Columns one under the other, each but the last with a comma behind it. */
function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]): string => {
    return row.map((cell, i) => (i === row.length - 1 ? cell : `${cell},`.padEnd((widths[i] ?? 0) + 2))).join('');
  };
  return `${rows.map(line).join('\n')}\n`;
}
