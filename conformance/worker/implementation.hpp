// The implementation under test: a loaded library and its exports, or the functions that a connector offers.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "worker/function.hpp"
#include "worker/platform.hpp"

namespace conformance {

class Connector;

enum class ExportForm { undecorated, decorated, missing };

// A library and its exports. One behind a connector has names and no addresses.
class Implementation {
 public:
  explicit Implementation(platform::Library* library);
  explicit Implementation(const Connector& connector);

  // The function's address, or nullptr where it is not exported under any form of its name or is behind a connector.
  void* address(Function function) const { return exports_[static_cast<std::size_t>(function)].address; }
  ExportForm form(Function function) const { return exports_[static_cast<std::size_t>(function)].form; }
  std::vector<std::string> names(ExportForm form) const;
  platform::Library* handle() const { return library_; }

  // Any other function of the library, under whatever form of its name, or nullptr.
  void* find(const std::string& name, std::size_t argument_count) const {
    return look_up(name, argument_count).address;
  }

 private:
  struct Export {
    void* address;
    ExportForm form;
  };
  Export look_up(const std::string& name, std::size_t argument_count) const;

  platform::Library* library_;
  std::vector<Export> exports_;
};

// What is being tested: the implementation, and the netutils library beside it where there is one.
struct Subject {
  Implementation library;
  std::string path;                           // as given on the command line; empty behind a connector
  std::shared_ptr<Connector> connector = {};  // null for a library
};

}  // namespace conformance
