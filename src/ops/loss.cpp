// Being written right now (09:13) by the owner of shape/join/index/linalg/conv/pool/norm/loss. Leave alone.
#include "ops/ops.h"
namespace gradbox {
void register_loss(Registry&) {}
}  // namespace gradbox
