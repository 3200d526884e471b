// DEVIATES: allocate/capacity. No more than 64 buffers can live at once.
#include "limited.hpp"

struct Faulty : Limited<Faulty> {
  static constexpr int most_live = 64;
};

EXPORT_ALL(Faulty)
