import {
  booleanFlag,
  durationFlag,
  type Flag,
  integerFlag,
  listFlag,
  loggingSection,
  optionalStringFlag,
  type Options,
  type Program,
  section,
  stringFlag,
} from '@typekube/component-base';

/** The same flag, undefined unless it is given: the config file speaks then. */
function ifGiven<T>(flag: Flag<T>): Flag<T | undefined> {
  return { ...flag, default: undefined, parse: (text, previous) => flag.parse(text, previous) };
}

const misc = section('Misc', {
  config: optionalStringFlag({ help: 'The path to the configuration file.' }),
  kubeconfig: optionalStringFlag({ help: 'path to kubeconfig file with authorization and master location information.' }),
  master: optionalStringFlag({ help: 'The address of the Kubernetes API server (overrides any value in kubeconfig)' }),
});

const serving = section('Secure serving', {
  bindAddress: stringFlag({
    default: '0.0.0.0',
    help: 'The IP address on which to listen for the --secure-port port. 0.0.0.0 or :: for all interfaces.',
  }),
  securePort: integerFlag({
    default: 10259,
    help: "The port on which to serve HTTPS with authentication and authorization. If 0, don't serve HTTPS at all.",
  }),
  certDir: optionalStringFlag({
    help: 'The directory where the TLS certs are located, and written where they are not. If neither this nor --tls-cert-file is given, a certificate is made in memory.',
  }),
  tlsCertFile: optionalStringFlag({ help: 'File containing the default x509 Certificate for HTTPS.' }),
  tlsPrivateKeyFile: optionalStringFlag({ help: 'File containing the default x509 private key matching --tls-cert-file.' }),
  authenticationKubeconfig: optionalStringFlag({
    help: 'kubeconfig file pointing at the server that reviews tokens (tokenreviews.authentication.k8s.io). Default: that of --kubeconfig.',
  }),
  authorizationKubeconfig: optionalStringFlag({
    help: 'kubeconfig file pointing at the server that reviews access (subjectaccessreviews.authorization.k8s.io). Default: that of --kubeconfig.',
  }),
  authorizationAlwaysAllowPaths: listFlag({
    default: ['/healthz', '/readyz', '/livez'],
    help: "A list of HTTP paths to skip during authorization, i.e. these are authorized without contacting the 'core' kubernetes server.",
  }),
});

const leaderElection = section('Leader election', {
  leaderElect: ifGiven(
    booleanFlag({ default: true, help: 'Start a leader election client and gain leadership before executing the main loop.' }),
  ),
  leaderElectLeaseDuration: ifGiven(
    durationFlag({
      default: 15_000,
      help: 'The duration that non-leader candidates will wait after observing a leadership renewal until attempting to acquire leadership of a led but unrenewed leader slot.',
    }),
  ),
  leaderElectRenewDeadline: ifGiven(
    durationFlag({
      default: 10_000,
      help: 'The interval between attempts by the acting master to renew a leadership slot before it stops leading. This must be less than the lease duration.',
    }),
  ),
  leaderElectRetryPeriod: ifGiven(
    durationFlag({
      default: 2000,
      help: 'The duration the clients should wait between attempting acquisition and renewal of a leadership.',
    }),
  ),
  leaderElectResourceName: ifGiven(
    stringFlag({
      default: 'kube-scheduler',
      help: 'The name of resource object that is used for locking during leader election.',
    }),
  ),
  leaderElectResourceNamespace: ifGiven(
    stringFlag({
      default: 'kube-system',
      help: 'The namespace of resource object that is used for locking during leader election.',
    }),
  ),
});

/** `kube-scheduler` and its flags: names and defaults are upstream's. */
export const program = {
  name: 'kube-scheduler',
  description:
    'The Kubernetes scheduler is a control plane process which assigns Pods to Nodes. The scheduler determines which Nodes are valid placements for ' +
    'each Pod in the scheduling queue according to constraints and available resources. The scheduler then ranks each valid Node and binds the Pod to a ' +
    'suitable Node.',
  sections: { misc, serving, leaderElection, logs: loggingSection },
} satisfies Program<Record<string, ReturnType<typeof section>>>;

export type SchedulerFlags = Options<(typeof program)['sections']>;
