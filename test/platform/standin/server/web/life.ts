/** Set by SIGTERM: readiness turns, everything else goes on until the end of the wait. */
export const life = { shuttingDown: false }
