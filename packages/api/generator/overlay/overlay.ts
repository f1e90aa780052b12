/**
 * Facts of the API that the client packages do not carry, by Go type and field (`.` for the type itself), as text in the
 * grammar of the generated schema file:
 *
 *     list=atomic | list=set | list=map(KEY,KEY)   x-kubernetes-list-type and -list-map-keys
 *     map=atomic | map=granular                    x-kubernetes-map-type
 *     patch=STRATEGY,STRATEGY(KEY)                 x-kubernetes-patch-strategy and -patch-merge-key
 *     union=DISCRIMINATOR(FIELD,FIELD)             x-kubernetes-unions
 *     default=JSON                                 what an absent field means to server-side apply and clients
 *     type=TYPE                                    where the packages tell no type
 *
 * A fact holds for every version of the package that has the type and the field; `v1.Type` overrides `Type` for one version.
 */
export type Overlay = Readonly<Record<string, Readonly<Record<string, string>>>>;
