#!/usr/bin/env node
// A committed launcher, so that a rebuild never costs the command its run bit.
import { main } from '../dist/daemon/cli/main.js';

process.exitCode = await main(process.argv.slice(2));
