// Included before each source that holds several mutants. The number stands behind text that is found in what was built:
// another number there makes another mutant, without building it.
#pragma once

struct ChosenMutant {
  char marker[28];
  int number;
};

// 0 is no mutant. volatile: the compiler must not take it for the number that it is built with. hidden: two libraries in
// one process have a number each.
[[gnu::visibility("hidden")]] inline const volatile ChosenMutant apibuf_chosen_mutant{"number of the chosen mutant", 0};
