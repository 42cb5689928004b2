// What the local socket is called, apart from its language: whoever only builds its path loads nothing more.

/** The name of the socket in `dataDir` (interfaces.md section 7). */
export const socketName = 'cardea.sock';
