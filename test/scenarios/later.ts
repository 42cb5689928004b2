// Scenario files that wait for a later issue, by their name, with the issue that brings them. One that passes must leave.

export const later: Readonly<Record<string, string>> = {};
