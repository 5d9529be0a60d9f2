// What the recorder keeps about each node of the graph: where it came from, what it computed, and
// what went through it in the last backward.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "autograd/engine.h"
#include "core/tensor.h"

namespace gradbox::record {

// A tensor's shape and its first elements in row-major order: all of a small one, a few of a larger
// one. One piece of memory, since a training loop makes many: the number of dimensions, the
// dimensions, the elements. Empty stands for no tensor.
class Sample {
 public:
  Sample() = default;
  explicit Sample(const Tensor& t);
  bool defined() const { return !data_.empty(); }
  // {"shape":[2],"values":[1,"nan"]}, or null.
  std::string json() const;

 private:
  std::vector<double> data_;
};

// One call of a module; nodes made inside it refer to it.
struct CallNote : RefCounted {
  Ref<CallNote> parent;
  std::string path, class_name;
  std::uint64_t id = 0;
};

struct EdgeNote {
  Sample grad;   // what was sent, as the receiver got it
  Sample local;  // the node's backward of ones: for a pointwise or scalar output, its derivative
};

// What a backward left when it came by.
struct StepNote {
  std::uint64_t run = 0;      // which backward
  int step = 0;               // the node's place in it, from 1
  std::vector<Sample> grads;  // arrived, one an output
  std::vector<EdgeNote> edges;
  std::vector<std::pair<std::size_t, Sample>> saved;  // by position in the schema
  Sample before;  // of a leaf: .grad before this gradient was added
};

struct NodeNote : RefCounted {
  int line = 0;  // of the snippet, one-based; 0 when unknown
  Ref<CallNote> call;
  Sample value;                    // the forward's first output; of a leaf, the leaf
  std::unique_ptr<StepNote> last;  // null when no backward came by that was looked at
};
// Null when nothing was noted.
const NodeNote* note_of(const Node& node);

// In a long loop one iteration looks like another: the first ones are looked at closely, after that
// one from time to time, which keeps recording cheap. An iteration ends with a backward.
// Whether the present one is looked at closely.
bool looks_closely();
// Looks at every one.
void look_always(bool on);
// The last backward that was; 0 when there was none.
std::uint64_t current_run();

// Asked for the line of the snippet that runs; -1 for "don't ask now", then the line is taken from
// the same place of the iteration before.
void set_line_source(int (*source)());

// Notes for the graph; hooks and losses are the recorder's own.
class Notes {
 public:
  Notes();
  void on_node(Node& node, const TensorList& outputs);
  void on_leaf(const Tensor& leaf);
  // Whether this backward is looked at: also when it differs from the one before.
  bool on_begin(const TensorList& outputs, const BackwardOptions& options);
  void on_step(Node& node, const TensorList& grads);
  void on_edge(Node& node, std::size_t i, const Tensor& grad);
  void on_end();

 private:
  int line(const void* what);
  NodeNote& note(Node& node);
  struct Place {
    const void* what;
    int line;
  };
  std::vector<Place> places_;  // of the iteration before, in order
  std::size_t place_ = 0;
  std::string root_;      // what the backward before began at
  std::size_t made_ = 0;  // nodes it had
  int step_ = 0;
  bool running_ = false;   // in a backward whose own nodes nobody will see
  bool watching_ = false;  // in a backward that is looked at
};

}  // namespace gradbox::record
