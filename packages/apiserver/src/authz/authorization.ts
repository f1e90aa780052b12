import { roleHooks } from '../hooks/roles';
import type { Endpoints } from '../registry/endpoints';
import type { ResourceHooks } from '../registry/resource-hooks';
import { alwaysAllow, alwaysDeny, type Authorizer, privilegedGroup, union } from './authorizer';
import type { AuthorizerSettings } from './configuration';
import { NodeAuthorizer } from './node/node-authorizer';
import { NodeRelations } from './node/node-relations';
import { RbacAuthorizer } from './rbac/rbac-authorizer';
import { RbacPolicy } from './rbac/rbac-policy';
import { type AuthorizationFlags, settingsFromFlags } from './settings-from-flags';

/** Who may do what on this server: made of its flags, then of its caches. */
export class Authorization {
  private hooks: readonly [string, ResourceHooks][] = [];

  private constructor(private readonly settings: readonly AuthorizerSettings[]) {}

  /** Fails with a message for the command line. */
  static fromFlags(flags: AuthorizationFlags): Authorization {
    return new Authorization(settingsFromFlags(flags));
  }

  /** Whether everybody who is let in may do anything. */
  get allowsEverything(): boolean {
    return this.settings.some(({ type }) => type === 'AlwaysAllow');
  }

  authorizer(endpoints: Endpoints): Authorizer {
    const policy = new RbacPolicy(endpoints);
    // As upstream: nothing may lock the administrators out.
    const authorizer = union([privilegedGroup('system:masters'), ...this.settings.map((each) => make(each, policy, endpoints))]);
    this.hooks = roleHooks({ policy, authorizer });
    return authorizer;
  }

  /** What guards the writing of roles and bindings; there once the authorizer is. */
  get roleHooks(): readonly [string, ResourceHooks][] {
    return this.hooks;
  }
}

function make(settings: AuthorizerSettings, policy: RbacPolicy, endpoints: Endpoints): Authorizer {
  switch (settings.type) {
    case 'AlwaysAllow':
      return alwaysAllow;
    case 'AlwaysDeny':
      return alwaysDeny;
    case 'RBAC':
      return new RbacAuthorizer(policy);
    case 'Node':
      return new NodeAuthorizer(new NodeRelations(endpoints));
    default:
      throw new Error(`--authorization-mode "${settings.type}" is not supported yet`);
  }
}
