import { ADDRESSES } from '../library/addresses';
import { AUTHORIZATION } from '../library/authorizer';
import { FORMAT_LIBRARY } from '../library/formats';
import { LISTS, SETS } from '../library/lists';
import { OPTIONALS } from '../library/optionals';
import { QUANTITIES } from '../library/quantities';
import { REGEX } from '../library/regex';
import { SEMVERS } from '../library/semvers';
import { STRING_EXTENSIONS } from '../library/strings';
import { TWO_VARIABLES } from '../library/two-variables';
import { URLS } from '../library/urls';
import { MACROS } from '../syntax/macros';
import { Environment } from './environment';
import { STANDARD_LIBRARIES } from './standard';

/** The environment of all expressions of Kubernetes v1.36, to which each place adds its variables. */
export const KUBERNETES = new Environment({
  libraries: [
    ...STANDARD_LIBRARIES,
    URLS,
    REGEX,
    LISTS,
    AUTHORIZATION,
    OPTIONALS,
    QUANTITIES,
    STRING_EXTENSIONS,
    SETS,
    ADDRESSES,
    FORMAT_LIBRARY,
    TWO_VARIABLES,
    SEMVERS,
  ],
  macros: MACROS,
  homogeneousLiterals: true,
});

/** What one expression may cost (upstream's PerCallLimit), and all that are evaluated together (RuntimeCELCostBudget). */
export const PER_CALL_LIMIT = 1_000_000;
export const RUNTIME_BUDGET = 10_000_000;
