import { readFileSync } from 'node:fs';
import type { OidcFlags } from '../../config/oidc-flags';
import type { OidcIssuer } from './provider';

/** What OpenID Connect tokens may be signed with: nothing that the issuer's public keys would not verify. */
export const SIGNING_ALGORITHMS = ['ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512'];

/** The issuer of the `--oidc-*` flags; undefined where none is given. Fails with a message for the command line. */
export function issuerFromFlags(flags: OidcFlags): OidcIssuer | undefined {
  const { oidcIssuerUrl: url, oidcClientId: clientId, oidcUsernameClaim: claim, oidcGroupsClaim: groupsClaim } = flags;
  if (!hasOidcFlags(flags)) return undefined;
  if (!url || !clientId) throw new Error('oidc-issuer-url and oidc-client-id must be specified together when any oidc-* flags are set');
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:') throw new Error(`oidc-issuer-url: Invalid value: ${JSON.stringify(url)}: URL scheme must be https`);
  const unknown = flags.oidcSigningAlgs.find((algorithm) => !SIGNING_ALGORITHMS.includes(algorithm));
  if (unknown !== undefined) throw new Error(`oidc: unsupported signing alg ${JSON.stringify(unknown)}`);
  return {
    url,
    discoveryUrl: undefined,
    certificateAuthority: flags.oidcCaFile && readFileSync(flags.oidcCaFile, 'utf8'),
    audiences: [clientId],
    username: { claim, prefix: usernamePrefix(flags.oidcUsernamePrefix, { claim, url }) },
    groups: groupsClaim ? { claim: groupsClaim, prefix: flags.oidcGroupsPrefix } : undefined,
    uidClaim: undefined,
    requiredClaims: Object.entries(flags.oidcRequiredClaim).map(([required, value]) => ({ claim: required, value })),
    signingAlgorithms: flags.oidcSigningAlgs,
  };
}

/** Whether any is given that is nothing without an issuer. */
export function hasOidcFlags(flags: OidcFlags): boolean {
  const { oidcIssuerUrl, oidcClientId, oidcCaFile, oidcGroupsClaim, oidcGroupsPrefix, oidcUsernamePrefix, oidcRequiredClaim } = flags;
  return [oidcIssuerUrl, oidcClientId, oidcCaFile, oidcGroupsClaim, oidcGroupsPrefix, oidcUsernamePrefix].some(Boolean) || Object.keys(oidcRequiredClaim).length > 0;
}

/** By default names of the issuer are kept apart from others by its URL; addresses are so by themselves. `-` is for no prefix. */
function usernamePrefix(prefix: string, { claim, url }: { claim: string; url: string }): string {
  if (prefix === '-') return '';
  if (prefix !== '' || claim === 'email') return prefix;
  return `${url}#`;
}
