/** How a webhook is asked. Times are in milliseconds. */
export interface WebhookSettings {
  readonly kubeConfigFile: string;
  readonly version: 'v1' | 'v1beta1';
  readonly timeout: number;
  /** How long an answer is believed; 0: it is not kept. */
  readonly authorizedTtl: number;
  readonly unauthorizedTtl: number;
  /** What an answer that does not come counts as. */
  readonly failurePolicy: 'NoOpinion' | 'Deny';
  /** Expressions that must all be true for the webhook to be asked. */
  readonly matchConditions?: readonly string[];
}

/** One authorizer of the chain, as flags or the configuration file ask for it. */
export type AuthorizerSettings =
  | { readonly type: 'AlwaysAllow' | 'AlwaysDeny' | 'Node' | 'RBAC' }
  | { readonly type: 'ABAC'; readonly policyFile: string }
  | { readonly type: 'Webhook'; readonly name: string; readonly webhook: WebhookSettings };
