// How much of a file is read. Each bound has one behaviour: the file is refused with a problem that names the bound.

/** Levels of mappings and lists inside each other. */
export const maxDepth = 64;

/** Values that aliases (`*name`) of one YAML file may stand for in all: enough for people, too few for a bomb. */
export const maxAliasedValues = 10_000;

/** Problems of one file that are listed; the last one then says how many more there are. */
export const maxProblems = 10_000;

/** Bytes of a config file. */
export const maxConfigBytes = 1024 * 1024;

/** Bytes of a YAML file of another kind; larger documents are written as JSON. */
export const maxYamlBytes = 8 * 1024 * 1024;

/** Bytes of a JSON file: just below the longest text that the engine can hold. */
export const maxJsonBytes = 500 * 1024 * 1024;

/** Bytes of a key, certificate or password file. */
export const maxKeyFileBytes = 256 * 1024;
