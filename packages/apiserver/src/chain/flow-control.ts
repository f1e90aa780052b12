import { addWaited } from '../audit/latency';
import { newTooManyRequests } from '@typekube/apimachinery';
import type { FlowControl } from '../flow-control/flow-control';
import type { FlowRequest } from '../flow-control/flow-request';
import { type ApiRequest, isGone } from '../http/messages';
import type { Filter } from './filter';
import { isLongRunning } from './long-running';
import { isMutating } from './mutating';

/**
 * Lets a request run, wait for its turn, or answers 429, by API priority and fairness. A watch takes its seat only until its first events are
 * sent; other long running requests take none.
 */
export function withFlowControl(control: FlowControl): Filter {
  return (next) => (request, response) => {
    const { context } = request;
    const isWatch = context.info.verb === 'watch';
    if (!isWatch && isLongRunning(context.info)) return next(request, response);
    const flow = control.begin(context);
    context.flow = flow.flow.headers;
    context.atEnd.push(() => end(control, flow));
    if (flow.state !== 'waiting') return goOn(flow);
    const kind = isMutating(request.method) ? 'mutating' : 'readOnly';
    const since = performance.now();
    control.waiting[kind] += 1;
    return flow.decided().then(() => {
      control.waiting[kind] -= 1;
      addWaited(context, 'apf-queue-wait', performance.now() - since);
      return response.headersSent || isGone(response) ? undefined : goOn(flow);
    });

    function goOn({ state }: FlowRequest): void | Promise<void> {
      if (state !== 'executing') {
        context.isTerminated = true;
        return refuse(control, flow);
      }
      if (isWatch) followWatch(control, flow, request);
      return next(request, response);
    }
  };
}

async function refuse(control: FlowControl, { flow }: FlowRequest): Promise<never> {
  const seconds = flow.level.retryAfter.drop();
  await control.turns.holdRefusal();
  throw newTooManyRequests('Too many requests, please try again later.', seconds);
}

function end(control: FlowControl, flow: FlowRequest): void {
  if (flow.state === 'waiting') flow.flow.level.queues.cancel(flow);
  else control.finish(flow);
}

function followWatch(control: FlowControl, flow: FlowRequest, { context }: ApiRequest): void {
  context.onWatchStarted = () => {
    control.finish(flow);
    context.atEnd.push(control.watches.add(context.info));
  };
}
