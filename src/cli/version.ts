declare const THINKUBE_LANGFUSE_VERSION: string | undefined

/** The version of the package; the bundler puts it in, a run from the sources has none. */
export const VERSION = typeof THINKUBE_LANGFUSE_VERSION === 'string' ? THINKUBE_LANGFUSE_VERSION : '0.0.0-dev'
