#!/usr/bin/env node
// Starts the program. A file of its own, so that npm links the command also before the first build.
import "../dist/main.js";
