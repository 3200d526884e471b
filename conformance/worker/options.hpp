// The worker's command line.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace conformance {

struct Options {
  std::string target;                     // UTF-8; empty where none is named
  std::string connector;                  // a command, in place of a target; empty where none is named
  std::vector<std::string> vector_files;  // UTF-8
  bool stream = false;
  bool catalogue = false;
  bool help = false;
  bool list = false;
  bool count = false;
  bool success = false;                  // name the cases that passed too
  bool no_skip = false;                  // run the cases that want a process of their own here, with the others
  std::vector<std::string> for_doctest;  // which cases to select, and in which order to run them
  std::vector<std::string> patterns;     // those of --test-case, which are among for_doctest too
};

// The command line asks for something that there is not; the message is one sentence.
struct WrongUsage : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The arguments without the program's name. Throws WrongUsage.
Options parse_options(const std::vector<std::string>& arguments);

// What --help prints.
extern const char* const usage;

}  // namespace conformance
