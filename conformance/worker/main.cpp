// apibuf-worker: runs cases against one implementation. PROTOCOL.md is the contract with its host.

#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "worker/bare.hpp"
#include "worker/catalogue.hpp"
#include "worker/exit_codes.hpp"
#include "worker/hosted.hpp"
#include "worker/options.hpp"
#include "worker/platform.hpp"

namespace conformance {
namespace {

int run(const Options& options) {
  if (options.help) {
    std::cout << usage;
    return exit_code::success;
  }
  // Never destroyed: the process ends without looking back.
  static Catalogue all;
  if (!options.stream) all.read_all_groups();
  for (const std::string& file : options.vector_files) {
    try {
      if (options.stream) {
        all.add_file_when_needed(file);
      } else {
        all.add_file(file);
      }
    } catch (const std::exception& exception) {
      std::cerr << "apibuf-worker: the vector file " << file << " cannot be used: " << exception.what() << "\n";
      return exit_code::bad_input;
    }
  }
  if (options.catalogue) {
    std::cout << all.document().dump() << "\n";
    return exit_code::success;
  }
  return options.stream ? run_for_host(options, all) : run_bare(options, all);
}

}  // namespace

int worker_main(const std::vector<std::string>& arguments) {
  int status = exit_code::wrong_usage;
  try {
    status = run(parse_options(arguments));
  } catch (const WrongUsage& error) {
    std::cerr << "apibuf-worker: " << error.what() << "\n";
  }
  std::cout.flush();
  // Nothing of the implementation runs any more: its exit handlers are not what is being tested.
  platform::end_process(status);
}

}  // namespace conformance
