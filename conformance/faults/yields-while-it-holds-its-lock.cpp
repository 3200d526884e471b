// RIGHT: A thread lets the others run while it holds the lock, so that they come and have to wait.
#include "listed.hpp"

struct YieldingLock {
  YieldingLock() { platform::yield(); }

  Lock lock;
};

struct Unusual : Listed<Unusual, YieldingLock> {};

EXPORT_ALL(Unusual)
