import { newNotImplemented } from '@typekube/apimachinery';
import type { VerbHandler } from '../handlers/resource-handler';
import { bindingHandler } from './binding';
import { componentStatusHandler } from './component-status';
import { evictionHandler } from './eviction';
import { logHandler } from './kubelet/log';
import { streamHandler } from './kubelet/stream';
import { proxyHandler } from './proxy/proxy';
import { nodeTarget, podTarget, serviceTarget } from './proxy/target';
import { accessReviewHandler, selfAccessReviewHandler, selfSubjectReviewHandler } from './reviews';
import { rulesReviewHandler } from './rules-review';
import { tokenRequestHandler } from './token-request';
import { tokenReviewHandler } from './token-review';

/** What does something of its own instead of reading or writing its object. */
export interface ActionHandlers {
  /** Kinds that are not stored, by `RESOURCE.GROUP`. */
  readonly kinds: Readonly<Record<string, VerbHandler>>;
  /** The handler of `RESOURCE.GROUP/SUBRESOURCE`; one that answers 501 for what is not there yet. */
  subresource(key: string): VerbHandler;
}

const SUBRESOURCES: Readonly<Record<string, VerbHandler>> = {
  'pods/binding': bindingHandler,
  'serviceaccounts/token': tokenRequestHandler,
  'pods/eviction': evictionHandler,
  'pods/log': logHandler,
  'pods/exec': streamHandler('exec'),
  'pods/attach': streamHandler('attach'),
  'pods/portforward': streamHandler('portForward'),
  'pods/proxy': proxyHandler('PodProxyOptions', podTarget),
  'services/proxy': proxyHandler('ServiceProxyOptions', serviceTarget),
  'nodes/proxy': proxyHandler('NodeProxyOptions', nodeTarget),
};

const KINDS: Readonly<Record<string, VerbHandler>> = {
  bindings: bindingHandler,
  'selfsubjectreviews.authentication.k8s.io': selfSubjectReviewHandler,
  'selfsubjectaccessreviews.authorization.k8s.io': selfAccessReviewHandler,
  'subjectaccessreviews.authorization.k8s.io': accessReviewHandler,
  'localsubjectaccessreviews.authorization.k8s.io': accessReviewHandler,
  'selfsubjectrulesreviews.authorization.k8s.io': rulesReviewHandler,
  'tokenreviews.authentication.k8s.io': tokenReviewHandler,
  componentstatuses: componentStatusHandler,
};

export const actionHandlers: ActionHandlers = {
  kinds: KINDS,
  subresource: (key) => SUBRESOURCES[key] ?? notServedYet(key),
};

function notServedYet(what: string): VerbHandler {
  return () => Promise.reject(newNotImplemented(`${what} is not served by this version of the API server yet`));
}
