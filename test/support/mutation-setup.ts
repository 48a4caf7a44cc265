import fc from "fast-check";
import { beforeEach } from "vitest";

// The same examples in every run make a mutation score repeatable; a mutant is dead at its first failure, unshrunk.
fc.configureGlobal({ seed: 20_240_229, endOnFailure: true });

// Simulations take minutes once instrumented and only see gross errors: a value or a property has to find a mutant.
beforeEach(({ task, skip }) => {
  skip(/\(seed \d+/.test(`${task.suite?.name} ${task.name}`), "a simulation");
});
