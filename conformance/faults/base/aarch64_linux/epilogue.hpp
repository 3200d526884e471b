// As base/x86_64_linux/epilogue.hpp. GCC and Clang have no naked functions for AArch64, so all of it is assembly.
#pragma once

#include "correct.hpp"

#define EXPORT_WITH_EPILOGUE(Name, right, instructions)                             \
  extern "C" {                                                                      \
  [[gnu::used, gnu::visibility("hidden")]] auto* right_function = &right;           \
  }                                                                                 \
  asm(".text\n\t.globl " #Name "\n\t.type " #Name ", %function\n" #Name             \
      ":\n\t"                                                                       \
      "stp x29, x30, [sp, #-16]!\n\t"                                               \
      "adrp x9, right_function\n\tldr x9, [x9, :lo12:right_function]\n\tblr x9\n\t" \
      "ldp x29, x30, [sp], #16\n\t" instructions                                    \
      "\n\tret\n\t"                                                                 \
      ".size " #Name ", .-" #Name);
