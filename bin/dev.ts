/** Runs the program from its sources: `npx tsx bin/dev.ts rollout list`. */
import '../src/entry.ts'
