/** Made from CLDR by `i18n/plurals.py`: a language → a whole number → which of the language's forms it takes. */
export const plurals: Record<string, (n: number) => number>
