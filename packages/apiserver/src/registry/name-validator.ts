import type { Strategy } from '@typekube/api';
import { nameIsDNSSubdomain } from '@typekube/apimachinery';

/** The rule for names of a kind; a DNS-1123 subdomain where the kind has none of its own. */
export function nameValidator(strategy: Strategy): (name: string, asPrefix: boolean) => string[] {
  return strategy.validateName?.bind(strategy) ?? nameIsDNSSubdomain;
}
