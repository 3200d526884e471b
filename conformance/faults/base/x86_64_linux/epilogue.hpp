// Exports a function that calls `right`, runs these instructions, and returns: the compiler knows nothing of them, so
// it neither saves nor restores what they touch.
#pragma once

#include "correct.hpp"

#define EXPORT_WITH_EPILOGUE(Name, right, instructions)                                             \
  extern "C" {                                                                                      \
  [[gnu::used, gnu::visibility("hidden")]] auto* right_function = &right;                           \
  }                                                                                                 \
  EXPORTED [[gnu::naked]] void Name() {                                                             \
    asm("subq $8, %rsp\n\tcall *right_function(%rip)\n\taddq $8, %rsp\n\t" instructions "\n\tret"); \
  }
