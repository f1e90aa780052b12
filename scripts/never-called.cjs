// Stands in bundles for what a library loads but we never call.
module.exports = () => {
  throw new Error('left out of this bundle: see ALIASES in scripts/bundle.mjs');
};
