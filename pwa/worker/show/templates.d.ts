/** Made from `pwa/templates` by `pwa/compile.py`: a page's name → its context → its HTML. */
export const templates: Record<string, (context: Record<string, any>, globals: Record<string, any>) => string>
