import { stat } from 'node:fs/promises';
import { type Clock, sleep, systemClock } from '@typekube/component-base';
import type { OnReload } from '../config/reload-metrics';
import { resourceClaimHooks } from '../hooks/resource-claims';
import { roleHooks } from '../hooks/roles';
import type { Endpoints } from '../registry/endpoints';
import type { ResourceHooks } from '../registry/resource-hooks';
import { WebhookConnection } from '../webhook-target/webhook-connection';
import { readWebhookTarget } from '../webhook-target/webhook-target';
import { AbacAuthorizer } from './abac/abac-authorizer';
import { readPolicyFile } from './abac/policy-file';
import { alwaysAllow, alwaysDeny, type Authorizer, privilegedGroup, union } from './authorizer';
import { loadAuthorizationConfig } from './config-file';
import type { AuthorizerSettings } from './configuration';
import { counted, type OnDecision } from './metrics';
import { NodeAuthorizer } from './node/node-authorizer';
import { NodeRelations } from './node/node-relations';
import { RbacAuthorizer } from './rbac/rbac-authorizer';
import { RbacPolicy } from './rbac/rbac-policy';
import { type AuthorizationFlags, checkConfigStandsAlone, settingsFromFlags } from './settings-from-flags';
import type { OnWebhook } from './webhook/metrics';
import { WebhookAuthorizer } from './webhook/webhook-authorizer';

export interface AuthorizationLog {
  info(message: string): void;
  error(message: string, error?: unknown): void;
}

/** Told of what happens to it. */
export interface AuthorizationObservers {
  readonly onReload?: OnReload;
  readonly onDecision?: OnDecision;
  readonly onWebhook?: OnWebhook;
}

/** Makes an authorizer of the server's caches. */
interface Maker {
  readonly type: AuthorizerSettings['type'];
  readonly name: string;
  make(caches: Caches): Authorizer;
}

/** What is made once of the caches, whatever authorizers there are. */
interface Caches {
  readonly policy: RbacPolicy;
  readonly relations: () => NodeRelations;
}

/** How often `--authorization-config` is looked at: as upstream. */
const RELOAD_MS = 60_000;

/** Who may do what on this server: made of its flags, then of its caches. */
export class Authorization {
  private guards: readonly [string, ResourceHooks][] = [];
  private caches: Caches | undefined;
  private chain: Authorizer = alwaysDeny;

  private constructor(
    private readonly flags: AuthorizationFlags,
    private readonly log: AuthorizationLog,
    private settings: readonly AuthorizerSettings[],
    private readonly makers: readonly Maker[],
    private readonly observers: AuthorizationObservers,
  ) {}

  /** Fails with a message for the command line. */
  static async fromFlags(flags: AuthorizationFlags, log: AuthorizationLog, observers: AuthorizationObservers = {}): Promise<Authorization> {
    if (flags.authorizationConfig) checkConfigStandsAlone(flags);
    const settings = flags.authorizationConfig
      ? await loadAuthorizationConfig(flags.authorizationConfig, flags.authorizationPolicyFile)
      : settingsFromFlags(flags);
    return new Authorization(flags, log, settings, await makersOf(settings, log, observers), observers);
  }

  /** Whether everybody who is let in may do anything. */
  get allowsEverything(): boolean {
    return this.settings.some(({ type }) => type === 'AlwaysAllow');
  }

  /** One that follows the configuration file. */
  authorizer(endpoints: Endpoints): Authorizer {
    let relations: NodeRelations | undefined;
    const policy = new RbacPolicy(endpoints);
    this.caches = { policy, relations: () => (relations ??= new NodeRelations(endpoints)) };
    this.chain = this.makeChain(this.makers, this.caches);
    const authorizer: Authorizer = {
      authorize: (attributes) => this.chain.authorize(attributes),
      rulesFor: (user, namespace) => this.chain.rulesFor?.(user, namespace) ?? NO_RULES,
    };
    this.guards = [...roleHooks({ policy, authorizer }), ['resourceclaims.resource.k8s.io', resourceClaimHooks(authorizer)]];
    return authorizer;
  }

  /** What guards the writing of roles, bindings and the status of claims; there once the authorizer is. */
  get hooks(): readonly [string, ResourceHooks][] {
    return this.guards;
  }

  /** Takes each new state of the configuration file that can be used, until the signal is aborted. */
  async follow(clock: Clock, signal: AbortSignal): Promise<void> {
    const { authorizationConfig: path } = this.flags;
    if (!path) return;
    let seen = await version(path);
    while (!signal.aborted) {
      await sleep(clock, RELOAD_MS, signal).catch(() => undefined);
      const now = await version(path);
      if (signal.aborted || now === seen) continue;
      seen = now;
      await this.reload(path);
    }
  }

  private async reload(path: string): Promise<void> {
    try {
      const settings = await loadAuthorizationConfig(path, this.flags.authorizationPolicyFile);
      const makers = await makersOf(settings, this.log, this.observers);
      if (this.caches) this.chain = this.makeChain(makers, this.caches);
      this.settings = settings;
      this.log.info(`Reloaded the authorization configuration ${path}`);
      this.observers.onReload?.('success');
    } catch (error) {
      this.log.error('The new authorization configuration cannot be used; the old one stays', error);
      this.observers.onReload?.('failure');
    }
  }

  /** As upstream: nothing may lock the administrators out. */
  private makeChain(makers: readonly Maker[], caches: Caches): Authorizer {
    const { onDecision } = this.observers;
    const made = makers.map((maker) => {
      const authorizer = maker.make(caches);
      return onDecision ? counted(authorizer, onDecision(maker)) : authorizer;
    });
    return union([privilegedGroup('system:masters'), ...made]);
  }
}

const NO_RULES = { resourceRules: [], nonResourceRules: [], errors: [], incomplete: true };

/** Reads the files that the settings name. */
function makersOf(settings: readonly AuthorizerSettings[], log: AuthorizationLog, observers: AuthorizationObservers): Promise<Maker[]> {
  return Promise.all(
    settings.map(async (each) => {
      const { type } = each;
      // Upstream's names of those that flags name.
      return { type, name: each.type === 'Webhook' ? each.name : type.toLowerCase(), make: await makeOf(each, log, observers) };
    }),
  );
}

async function makeOf(settings: AuthorizerSettings, log: AuthorizationLog, { onWebhook }: AuthorizationObservers): Promise<Maker['make']> {
  switch (settings.type) {
    case 'AlwaysAllow':
      return () => alwaysAllow;
    case 'AlwaysDeny':
      return () => alwaysDeny;
    case 'RBAC':
      return ({ policy }) => new RbacAuthorizer(policy);
    case 'Node':
      return ({ relations }) => new NodeAuthorizer(relations());
    case 'ABAC': {
      const authorizer = new AbacAuthorizer(readPolicyFile(settings.policyFile));
      return () => authorizer;
    }
    case 'Webhook': {
      const target = await readWebhookTarget(settings.webhook.kubeConfigFile);
      const connection = new WebhookConnection(target, settings.webhook.timeout);
      const authorizer = new WebhookAuthorizer({ ...settings.webhook, name: settings.name, connection, clock: systemClock, onWebhook, log });
      return () => authorizer;
    }
  }
}

/** Changes when the file does. */
async function version(path: string): Promise<string> {
  try {
    const { ino, size, mtimeNs } = await stat(path, { bigint: true });
    return `${ino}:${size}:${mtimeNs}`;
  } catch {
    // It is being replaced, or gone: the old configuration stays.
    return '';
  }
}
