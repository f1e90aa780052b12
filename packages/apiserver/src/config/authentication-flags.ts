import { booleanFlag, durationFlag, inputFileFlag, inputFilesFlag, listFlag, optionalStringFlag, type Options, section } from '@typekube/component-base';

export const authentication = section('Authentication', {
  anonymousAuth: booleanFlag({ default: true, help: 'Enables anonymous requests to the secure port of the API server. Switched off with --authorization-mode=AlwaysAllow, as anybody could do anything.' }),
  clientCaFile: inputFileFlag({ help: 'If set, any request presenting a client certificate signed by one of the authorities in the client-ca-file is authenticated with an identity corresponding to the CommonName of the client certificate. Default: the generated CA in --cert-dir.' }),
  tokenAuthFile: inputFileFlag({ help: 'If set, the file that will be used to secure the secure port of the API server via token authentication.' }),
  basicAuthFile: inputFileFlag({ help: 'If set, the file of passwords that clients may use by basic authentication: lines of password,user,uid,"group1,group2". For tests: passwords do not end, and change with a restart only.' }),
  enableBootstrapTokenAuth: booleanFlag({ default: false, help: "Enable to allow secrets of type 'bootstrap.kubernetes.io/token' in the 'kube-system' namespace to be used for TLS bootstrapping authentication." }),
  requestheaderClientCaFile: inputFileFlag({ help: 'Root certificate bundle to use to verify client certificates on incoming requests before trusting usernames in headers specified by --requestheader-username-headers. WARNING: generally do not depend on authorization being already done for incoming requests.' }),
  requestheaderAllowedNames: listFlag({ default: [], help: 'List of client certificate common names to allow to provide usernames in headers specified by --requestheader-username-headers. If empty, any client certificate validated by the authorities in --requestheader-client-ca-file is allowed.' }),
  requestheaderUsernameHeaders: listFlag({ default: [], help: 'List of request headers to inspect for usernames. X-Remote-User is common.' }),
  requestheaderUidHeaders: listFlag({ default: [], help: 'List of request headers to inspect for UIDs. X-Remote-Uid is suggested.' }),
  requestheaderGroupHeaders: listFlag({ default: [], help: 'List of request headers to inspect for groups. X-Remote-Group is suggested.' }),
  requestheaderExtraHeadersPrefix: listFlag({ default: [], help: 'List of request header prefixes to inspect. X-Remote-Extra- is suggested.' }),
  apiAudiences: listFlag({ default: [], help: 'Identifiers of the API. The service account token authenticator will validate that tokens used against the API are bound to at least one of these audiences. Default: the issuers of --service-account-issuer.' }),
});

export const serviceAccounts = section('Service account tokens', {
  serviceAccountIssuer: listFlag({ default: ['https://kubernetes.default.svc.cluster.local'], help: "Identifier of the service account token issuer. The issuer will assert this identifier in \"iss\" claim of issued tokens. When specified multiple times, the first is used to generate tokens and all are used to determine which issuers are accepted." }),
  serviceAccountKeyFile: inputFilesFlag({ help: 'File containing PEM-encoded x509 RSA or ECDSA private or public keys, used to verify ServiceAccount tokens. The specified file can contain multiple keys, and the flag can be specified multiple times with different files. Default: the public half of the signing key.' }),
  serviceAccountSigningKeyFile: inputFileFlag({ help: 'Path to the file that contains the current private key of the service account token issuer. The issuer will sign issued ID tokens with this private key. Default: sa.key in --cert-dir, made on the first start.' }),
  serviceAccountMaxTokenExpiration: durationFlag({ default: 0, help: 'The maximum validity duration of a token created by the service account token issuer. If an otherwise valid TokenRequest with a validity duration larger than this value is requested, a token will be issued with a validity duration of this value.' }),
  serviceAccountExtendTokenExpiration: booleanFlag({ default: true, help: 'Turns on projected service account expiration extension during token generation, which helps safe transition from legacy token to bound service account token feature. If this flag is enabled, admission injected tokens would be extended up to 1 year to prevent unexpected failure during transition, ignoring value of service-account-max-token-expiration.' }),
  serviceAccountLookup: booleanFlag({ default: true, help: 'If true, validate ServiceAccount tokens exist in etcd as part of authentication.' }),
  serviceAccountJwksUri: optionalStringFlag({ help: 'Overrides the URI for the JSON Web Key Set in the discovery doc served at /.well-known/openid-configuration. This flag is useful if the discovery doc and key set are served to relying parties from a URL other than the API server\'s external (as auto-detected or overridden with external-hostname).' }),
});

export type ServiceAccountFlags = Options<{ s: typeof serviceAccounts }>['s'];
export type AuthenticationFlags = Options<{ a: typeof authentication }>['a'];
