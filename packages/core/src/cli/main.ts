#!/usr/bin/env node
import { runProgram } from './program.ts';

// Only set: Node ends when everything is written and nothing is left to do.
process.exitCode = await runProgram(process.argv.slice(2), process);
