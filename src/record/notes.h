// What the recorder keeps about each node of the graph: where it came from, what it computed, and
// what went through it in the last backward.
#pragma once

#include <cstdint>
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

struct NodeNote : RefCounted {
  int line = 0;  // of the snippet, one-based; 0 when unknown
  Ref<CallNote> call;
  Sample value;  // the forward's first output; of a leaf, the leaf
  std::uint64_t run = 0;  // the backward that last came by; what follows is from it
  int step = 0;           // its place in that backward, from 1
  std::vector<Sample> grads;  // arrived, one an output
  std::vector<EdgeNote> edges;
  std::vector<std::pair<std::size_t, Sample>> saved;  // by position in the schema
  Sample before;  // of a leaf: .grad before this gradient was added
};
// Null when nothing was noted.
const NodeNote* note_of(const Node& node);

// The backward that is counted last; 0 when there was none.
std::uint64_t current_run();
void reset_runs();

// Asked for the line of the snippet that runs; -1 for "don't ask now", then the line is taken from
// the same place of the iteration before.
void set_line_source(int (*source)());

// Notes for the graph; hooks and losses are the recorder's own.
class Notes {
 public:
  void on_node(Node& node, const TensorList& outputs);
  void on_leaf(const Tensor& leaf);
  void on_begin(const BackwardOptions& options);
  void on_step(Node& node, const TensorList& grads);
  void on_edge(Node& node, std::size_t i, const Tensor& grad);
  void on_end() { running_ = false; }

 private:
  int line(const void* what);
  NodeNote& note(Node& node);
  struct Place {
    const void* what;
    int line;
  };
  std::vector<Place> places_;  // of the iteration before, in order
  std::size_t place_ = 0;
  int step_ = 0;
  bool running_ = false;  // in a backward whose own nodes nobody will see
};

}  // namespace gradbox::record
