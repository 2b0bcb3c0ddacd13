/** Made from the catalogues when the worker is put together: language -> its words for a locked screen. */
export const words: Record<string, Record<'dir' | 'news' | 'unsent' | 'done' | 'tomorrow', string>>
