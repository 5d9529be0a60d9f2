// RNN, GRU and LSTM, with every attribute that ONNX gives them.
#include <algorithm>

#include "onnx/run/execute.h"
#include "onnx/run/kernels.h"
#include "onnx/run/support.h"

namespace gradbox::onnx {
namespace {

enum class Cell { Rnn, Gru, Lstm };

struct Activation {
  std::string name;
  double alpha, beta;
};

// Name, default alpha and beta, and how many of the two it takes from the attributes.
struct Known {
  const char* name;
  double alpha, beta;
  int takes;
};
const Known kActivations[] = {
    {"Sigmoid", 0, 0, 0},      {"Tanh", 0, 0, 0},
    {"Relu", 0, 0, 0},         {"Affine", 1, 0, 2},
    {"LeakyRelu", 0.01, 0, 1}, {"ThresholdedRelu", 1, 0, 1},
    {"ScaledTanh", 1, 1, 2},   {"HardSigmoid", 0.2, 0.5, 2},
    {"Elu", 1, 0, 1},          {"Softsign", 0, 0, 0},
    {"Softplus", 0, 0, 0},
};

Tensor affine(const Tensor& x, double scale, double shift) {
  return ops::add(ops::mul(x, scale), shift);
}

Tensor activated(const Activation& f, const Tensor& x) {
  if (f.name == "Sigmoid") return ops::sigmoid(x);
  if (f.name == "Tanh") return ops::tanh(x);
  if (f.name == "Relu") return ops::relu(x);
  if (f.name == "Affine") return affine(x, f.alpha, f.beta);
  if (f.name == "LeakyRelu") return op("leaky_relu", x, f.alpha);
  if (f.name == "ThresholdedRelu") return ops::masked_fill(x, ops::lt(x.detach(), f.alpha), 0.0);
  if (f.name == "ScaledTanh") return ops::mul(ops::tanh(ops::mul(x, f.beta)), f.alpha);
  if (f.name == "HardSigmoid") return ops::clamp(affine(x, f.alpha, f.beta), 0.0, 1.0);
  if (f.name == "Elu") return op("elu", x, f.alpha);
  if (f.name == "Softsign") return op("softsign", x);
  return op("softplus", x);
}

bool alike(const std::string& a, const char* b) {
  std::size_t i = 0;
  for (; i < a.size() && b[i]; ++i)
    if ((a[i] | 0x20) != (b[i] | 0x20)) return false;
  return i == a.size() && !b[i];
}

// `count` of them, for one direction after the other.
std::vector<Activation> activations_of(NodeRun& r, std::vector<std::string> names,
                                       std::size_t directions) {
  const std::size_t count = names.size();
  std::vector<std::string> given = r.attr_strings("activations");
  if (given.empty())
    for (std::size_t d = 0; d < directions; ++d)
      given.insert(given.end(), names.begin(), names.end());
  if (given.size() != count * directions)
    r.fail("needs " + std::to_string(count * directions) + " activations, not " +
           std::to_string(given.size()));
  const FloatList alphas = r.attr_floats("activation_alpha"),
                  betas = r.attr_floats("activation_beta");
  std::size_t alpha = 0, beta = 0;
  std::vector<Activation> out;
  for (const auto& name : given) {
    const Known* found = nullptr;
    for (const Known& k : kActivations)
      if (alike(name, k.name)) found = &k;
    if (!found) r.fail("activation '" + name + "' is unknown");
    Activation a{found->name, found->alpha, found->beta};
    if (found->takes > 0 && alpha < alphas.size()) a.alpha = alphas[alpha++];
    if (found->takes > 1 && beta < betas.size()) a.beta = betas[beta++];
    out.push_back(a);
  }
  return out;
}

// What one direction works with.
struct Direction {
  Cell cell;
  std::int64_t hidden;
  std::vector<Activation> f;
  double clip;  // 0: none
  bool linear_before_reset, input_forget;
  Tensor w, r, w_bias, r_bias, peepholes;  // [gates h, in], [gates h, h], [gates h], ..., [3 h]

  Tensor gate(const Tensor& t, std::int64_t i) const {
    return ops::slice(t, -1, i * hidden, (i + 1) * hidden);
  }
  Tensor act(std::size_t i, Tensor x) const {
    if (clip > 0) x = ops::clamp(x, -clip, clip);
    return activated(f[i], x);
  }
};

struct State {
  Tensor h, c;
};

Tensor with_peephole(const Direction& d, const Tensor& x, std::int64_t i, const Tensor& c) {
  return d.peepholes.defined() ? ops::add(x, ops::mul(d.gate(d.peepholes, i), c)) : x;
}

// One step; x is the input's share of the gates.
State step(const Direction& d, const Tensor& x, const State& s) {
  if (d.cell == Cell::Rnn) return {d.act(0, ops::add(x, ops::linear(s.h, d.r))), {}};
  if (d.cell == Cell::Lstm) {
    const Tensor g = ops::add(x, ops::linear(s.h, d.r));
    const Tensor in = d.act(0, with_peephole(d, d.gate(g, 0), 0, s.c));
    const Tensor forget =
        d.input_forget ? affine(in, -1, 1) : d.act(0, with_peephole(d, d.gate(g, 2), 2, s.c));
    const Tensor c = ops::add(ops::mul(forget, s.c), ops::mul(in, d.act(1, d.gate(g, 3))));
    const Tensor out = d.act(0, with_peephole(d, d.gate(g, 1), 1, c));
    return {ops::mul(out, activated(d.f[2], c)), c};
  }
  Tensor update, reset, fresh;
  if (d.linear_before_reset) {
    const Tensor g = ops::linear(s.h, d.r, d.r_bias.defined() ? Value(d.r_bias) : Value());
    update = d.act(0, ops::add(d.gate(x, 0), d.gate(g, 0)));
    reset = d.act(0, ops::add(d.gate(x, 1), d.gate(g, 1)));
    fresh = ops::mul(reset, d.gate(g, 2));
  } else {
    const Tensor g = ops::linear(s.h, ops::slice(d.r, 0, 0, 2 * d.hidden));
    update = d.act(0, ops::add(d.gate(x, 0), d.gate(g, 0)));
    reset = d.act(0, ops::add(d.gate(x, 1), d.gate(g, 1)));
    fresh = ops::linear(ops::mul(reset, s.h), ops::slice(d.r, 0, 2 * d.hidden, 3 * d.hidden));
  }
  fresh = d.act(1, ops::add(d.gate(x, 2), fresh));
  return {ops::add(fresh, ops::mul(update, ops::sub(s.h, fresh))), {}};
}

// All steps over x [steps, n, in]: the outputs stacked; leaves the last state in `state`. Where a
// sequence is over, the state stays and the output is 0.
Tensor walk(const Direction& d, const Tensor& x, const IntList& lengths, bool backwards,
            State& state) {
  Tensor bias = d.w_bias;
  if (bias.defined() && !d.linear_before_reset) bias = ops::add(bias, d.r_bias);
  const TensorList shares =
      op_list("unbind", ops::linear(x, d.w, bias.defined() ? Value(bias) : Value()), 0);
  TensorList out(shares.size());
  for (std::size_t k = 0; k < shares.size(); ++k) {
    const std::size_t t = backwards ? shares.size() - 1 - k : k;
    State next = step(d, shares[t], state);
    out[t] = next.h;
    bool all = true;
    const Tensor running =
        Tensor::empty({static_cast<std::int64_t>(lengths.size()), 1}, DType::Bool);
    for (std::size_t b = 0; b < lengths.size(); ++b) {
      running.data<bool>()[b] = static_cast<std::int64_t>(t) < lengths[b];
      all = all && running.data<bool>()[b];
    }
    if (!all) {
      out[t] = ops::masked_fill(next.h, ops::logical_not(running), 0.0);
      next.h = ops::where(running, next.h, state.h);
      if (next.c.defined()) next.c = ops::where(running, next.c, state.c);
    }
    state = next;
  }
  return ops::stack(out, 0);
}

template <Cell C>
void recurrent(NodeRun& r) {
  const std::string way = word(r, "direction", "forward", {"forward", "reverse", "bidirectional"});
  const std::size_t directions = way == "bidirectional" ? 2 : 1;
  const bool batch_first = r.attr("layout", std::int64_t{0}) != 0;
  const Tensor x = batch_first ? ops::transpose(r.in(0), 0, 1) : r.in(0);
  const Tensor &w = r.in(1), &rec = r.in(2);
  if (x.dim() != 3 || w.dim() != 3 || rec.dim() != 3 ||
      w.size(0) != static_cast<std::int64_t>(directions))
    r.fail("X, W and R must have 3 dimensions, and W one entry a direction");
  const std::int64_t gates = C == Cell::Lstm ? 4 : C == Cell::Gru ? 3 : 1;
  const std::int64_t hidden = rec.size(2), steps = x.size(0), n = x.size(1);
  // Each step is several nodes' work.
  spend(r, StepLimit::kStepWork * static_cast<double>(steps) +
               static_cast<double>(x.numel()) * static_cast<double>(w.size(1)));
  const IntList lengths = r.has(4) ? r.ints(4) : IntList(static_cast<std::size_t>(n), steps);
  if (static_cast<std::int64_t>(lengths.size()) != n)
    r.fail("sequence_lens needs one length a batch element");
  const std::vector<std::string> names =
      C == Cell::Lstm  ? std::vector<std::string>{"Sigmoid", "Tanh", "Tanh"}
      : C == Cell::Gru ? std::vector<std::string>{"Sigmoid", "Tanh"}
                       : std::vector<std::string>{"Tanh"};
  const std::vector<Activation> all = activations_of(r, names, directions);
  const auto initial = [&](std::size_t i, std::int64_t k) {
    if (!r.has(i)) return Tensor::full({n, hidden}, 0, x.dtype());
    return ops::select(r.in(i), batch_first ? 1 : 0, k);
  };
  TensorList ys, hs, cs;
  for (std::size_t k = 0; k < directions; ++k) {
    const auto at = static_cast<std::int64_t>(k);
    Direction d{C,
                hidden,
                {all.begin() + static_cast<std::ptrdiff_t>(k * names.size()),
                 all.begin() + static_cast<std::ptrdiff_t>((k + 1) * names.size())},
                r.attr("clip", 0.0),
                C == Cell::Gru && r.attr("linear_before_reset", std::int64_t{0}) != 0,
                C == Cell::Lstm && r.attr("input_forget", std::int64_t{0}) != 0,
                ops::select(w, 0, at),
                ops::select(rec, 0, at),
                {},
                {},
                {}};
    if (r.has(3)) {
      const Tensor b = ops::select(r.in(3), 0, at);
      d.w_bias = ops::slice(b, 0, 0, gates * hidden);
      d.r_bias = ops::slice(b, 0, gates * hidden, 2 * gates * hidden);
    }
    if (C == Cell::Lstm && r.has(7)) d.peepholes = ops::select(r.in(7), 0, at);
    State s{initial(5, at), C == Cell::Lstm ? initial(6, at) : Tensor()};
    ys.push_back(walk(d, x, lengths, way == "reverse" || k == 1, s));
    hs.push_back(s.h);
    cs.push_back(s.c);
  }
  // Y [steps, directions, n, h] or [n, steps, directions, h].
  if (r.wants(0)) {
    const Tensor y = ops::stack(ys, 1);
    r.give(batch_first ? ops::permute(y, IntList{2, 0, 1, 3}) : y);
  }
  const std::int64_t place = batch_first ? 1 : 0;
  if (r.wants(1)) r.out(1, ops::stack(hs, place));
  if (C == Cell::Lstm && r.wants(2)) r.out(2, ops::stack(cs, place));
}

const KernelRow kRows[] = {
    {"RNN", 1, recurrent<Cell::Rnn>},
    {"GRU", 1, recurrent<Cell::Gru>},
    {"LSTM", 1, recurrent<Cell::Lstm>},
};

}  // namespace

void add_recurrent_kernels() { add_kernels(kRows); }

}  // namespace gradbox::onnx
