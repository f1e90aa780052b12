import { durationFlag, type Flag, inputFileFlag, listFlag, section, choiceFlag } from '@typekube/component-base';

/** The same flag, undefined unless it is given. */
function ifGiven<T>(flag: Flag<T>): Flag<T | undefined> {
  return { ...flag, default: undefined, parse: (text, previous) => flag.parse(text, previous) };
}

/** Unlike upstream's, which is AlwaysAllow: nobody shall have to ask for a server that asks who may do what. */
export const DEFAULT_MODES = ['Node', 'RBAC'];

export const authorizationSection = section('Authorization', {
  authorizationMode: ifGiven(
    listFlag({
      default: DEFAULT_MODES,
      help: 'Ordered list of plug-ins to do authorization on secure port. Comma-delimited list of: AlwaysAllow,AlwaysDeny,ABAC,Webhook,RBAC,Node. Defaults to Node,RBAC if --authorization-config is not used.',
    }),
  ),
  authorizationConfig: inputFileFlag({
    help: 'File with Authorization Configuration to configure the authorizer chain. This flag is mutually exclusive with the other --authorization-mode and --authorization-webhook-* flags.',
  }),
  authorizationPolicyFile: inputFileFlag({
    help: 'File with authorization policy in json line by line format, used with --authorization-mode=ABAC, on the secure port.',
  }),
  authorizationWebhookConfigFile: inputFileFlag({
    help: 'File with webhook configuration in kubeconfig format, used with --authorization-mode=Webhook. The API server will query the remote service to determine access on the API server\'s secure port.',
  }),
  authorizationWebhookVersion: ifGiven(
    choiceFlag({
      default: 'v1beta1',
      choices: ['v1beta1', 'v1'],
      help: 'The API version of the authorization.k8s.io SubjectAccessReview to send to and expect from the webhook.',
    }),
  ),
  authorizationWebhookCacheAuthorizedTtl: ifGiven(
    durationFlag({ default: 5 * 60_000, help: "The duration to cache 'authorized' responses from the webhook authorizer." }),
  ),
  authorizationWebhookCacheUnauthorizedTtl: ifGiven(
    durationFlag({ default: 30_000, help: "The duration to cache 'unauthorized' responses from the webhook authorizer." }),
  ),
});
