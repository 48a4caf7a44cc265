// Preloaded by every worker thread, which loads much of the same code: compiled once it loads in half the time. Plain
// JavaScript, because stripping the types of the first file would itself load the TypeScript parser.
import { enableCompileCache } from "node:module";

enableCompileCache();
