// As base/x86_64_linux/epilogue.hpp: with the home space of 32 bytes that the callee owns.
#pragma once

#include "correct.hpp"

#define EXPORT_WITH_EPILOGUE(Name, right, instructions)                                               \
  extern "C" {                                                                                        \
  [[gnu::used]] auto* right_function = &right;                                                        \
  }                                                                                                   \
  EXPORTED [[gnu::naked]] void Name() {                                                               \
    asm("subq $40, %rsp\n\tcall *right_function(%rip)\n\taddq $40, %rsp\n\t" instructions "\n\tret"); \
  }
