import { durationFlag, inputFileFlag, listFlag, mapFlag, optionalStringFlag, type Options, section, stringFlag } from '@typekube/component-base';

export const oidc = section('OpenID Connect and webhook authentication', {
  oidcIssuerUrl: optionalStringFlag({ help: 'The URL of the OpenID issuer, only HTTPS scheme will be accepted. If set, it will be used to verify the OIDC JSON Web Token (JWT).' }),
  oidcClientId: optionalStringFlag({ help: 'The client ID for the OpenID Connect client, must be set if oidc-issuer-url is set.' }),
  oidcCaFile: inputFileFlag({ help: "If set, the OpenID server's certificate will be verified by one of the authorities in the oidc-ca-file, otherwise the host's root CA set will be used." }),
  oidcUsernameClaim: stringFlag({ default: 'sub', help: 'The OpenID claim to use as the user name.' }),
  oidcUsernamePrefix: stringFlag({ default: '', help: "If provided, all usernames will be prefixed with this value. If not provided, username claims other than 'email' are prefixed by the issuer URL to avoid clashes. To skip any prefixing, provide the value '-'." }),
  oidcGroupsClaim: optionalStringFlag({ help: 'If provided, the name of a custom OpenID Connect claim for specifying user groups. The claim value is expected to be a string or array of strings.' }),
  oidcGroupsPrefix: stringFlag({ default: '', help: 'If provided, all groups will be prefixed with this value to prevent conflicts with other authentication strategies.' }),
  oidcSigningAlgs: listFlag({ default: ['RS256'], help: "Comma-separated list of allowed JOSE asymmetric signing algorithms. JWTs with a supported 'alg' header values are: RS256, RS384, RS512, ES256, ES384, ES512, PS256, PS384, PS512." }),
  oidcRequiredClaim: mapFlag({ default: {}, help: 'A key=value pair that describes a required claim in the ID Token. If set, the claim is verified to be present in the ID Token with a matching value. Repeat this flag to specify multiple claims.' }),
  authenticationConfig: inputFileFlag({ help: 'File with Authentication Configuration to configure the JWT Token authenticator or the anonymous authenticator. Mutually exclusive with the oidc-* flags. Its issuers are read again when it changes.' }),
  authenticationTokenWebhookConfigFile: inputFileFlag({ help: 'File with webhook configuration for token authentication in kubeconfig format. The API server will query the remote service to determine authentication for bearer tokens.' }),
  authenticationTokenWebhookCacheTtl: durationFlag({ default: 2 * 60_000, help: 'The duration to cache responses from the webhook token authenticator.' }),
  authenticationTokenWebhookVersion: stringFlag({ default: 'v1beta1', help: 'The API version of the authentication.k8s.io TokenReview to send to and expect from the webhook.' }),
});

export type OidcFlags = Options<{ o: typeof oidc }>['o'];
