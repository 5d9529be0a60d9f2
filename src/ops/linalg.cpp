// Matrix products and what is made of them.
#include "kernels/gemm.h"
#include "ops/views.h"

namespace gradbox {

void register_einsum(Registry& r);            // einsum.cpp
void register_matrix_functions(Registry& r);  // matrices.cpp

namespace {

const OpHandle unsafe_view{"_unsafe_view"};
const OpHandle unsafe_squeeze{"_unsafe_squeeze"};
const OpHandle dot{"dot"};
const OpHandle mv{"mv"};
const OpHandle outer{"outer"};

template <class T>
kernels::MatrixView<const T> view_of(const Tensor& t, std::int64_t batch = -1) {
  const Dims& s = t.strides();
  const std::size_t d = s.size() - 2;
  return {t.data<T>() + (batch < 0 ? 0 : batch * s[0]), s[d], s[d + 1]};
}

void check_same_dtype(const Tensor& a, const Tensor& b) {
  if (a.dtype() == b.dtype()) return;
  fail(ErrorKind::Runtime, "expected scalar type ", scalar_type_name(a.dtype()), " but found ",
       scalar_type_name(b.dtype()));
}

// Products of uint8 matrices are computed in int32, whose last byte is the same.
template <class F>
void multiply_bytes(const Tensor& out, const Tensor& a, const Tensor& b, F multiply) {
  const Tensor wide = out.to_raw(DType::Int32);
  multiply(wide, a.to_raw(DType::Int32), b.to_raw(DType::Int32));
  out.copy_raw(wide);
}

// As dispatch_number, for the types of gemm.
template <class F>
void dispatch_gemm(DType t, const char* op, F&& f) {
  if (t == DType::Int32) return f(std::int32_t{});
  if (t == DType::Int64) return f(std::int64_t{});
  dispatch_floating(t, op, f);
}

// out = beta * out + alpha * a b
void multiply_into(const Tensor& out, const Tensor& a, const Tensor& b, double alpha, double beta) {
  if (a.dtype() == DType::UInt8)
    return multiply_bytes(out, a, b, [&](const Tensor& o, const Tensor& x, const Tensor& y) {
      multiply_into(o, x, y, alpha, beta);
    });
  dispatch_gemm(a.dtype(), "addmm_impl_cpu_", [&](auto tag) {
    using T = decltype(tag);
    const Dims &x = a.shape(), &y = b.shape(), &steps = out.strides();
    kernels::gemm<T>(x[0], y[1], x[1], static_cast<T>(alpha), view_of<T>(a), view_of<T>(b),
                     static_cast<T>(beta), {out.data<T>(), steps[0], steps[1]});
  });
}

// Of two vectors of one length.
Tensor inner_product(const Tensor& x, const Tensor& y) {
  const Tensor out = Tensor::empty({}, x.dtype());
  if (x.dtype() == DType::UInt8) {
    multiply_bytes(out, x, y, [](const Tensor& o, const Tensor& a, const Tensor& b) {
      o.copy_raw(inner_product(a, b));
    });
    return out;
  }
  dispatch_gemm(x.dtype(), "dot", [&](auto tag) {
    using T = decltype(tag);
    kernels::gemm<T>(1, 1, x.numel(), T(1), {x.data<T>(), 0, x.strides()[0]},
                     {y.data<T>(), y.strides()[0], 0}, T(0), {out.data<T>(), 1, 1});
  });
  return out;
}

void check_sizes(const Tensor& a, const Tensor& b, const char* first) {
  const Dims &x = a.shape(), &y = b.shape();
  check(x.size() == 2, first, " must be a matrix");
  check(y.size() == 2, "mat2 must be a matrix");
  check(x[1] == y[0], "mat1 and mat2 shapes cannot be multiplied (", x[0], "x", x[1], " and ", y[0],
        "x", y[1], ")");
}

void multiply_batches(const Tensor& out, const Tensor& a, const Tensor& b, double alpha,
                      double beta) {
  if (a.dtype() == DType::UInt8)
    return multiply_bytes(out, a, b, [&](const Tensor& o, const Tensor& x, const Tensor& y) {
      multiply_batches(o, x, y, alpha, beta);
    });
  dispatch_gemm(a.dtype(), "bmm", [&](auto tag) {
    using T = decltype(tag);
    for (std::int64_t i = 0; i < a.size(0); ++i)
      kernels::gemm<T>(a.size(1), b.size(2), a.size(2), static_cast<T>(alpha), view_of<T>(a, i),
                       view_of<T>(b, i), static_cast<T>(beta),
                       {out.data<T>() + i * out.strides()[0], out.strides()[1], out.strides()[2]});
  });
}

void check_bmm(const Tensor& a, const Tensor& b) {
  check(a.dim() == 3, "batch1 must be a 3D tensor");
  check(b.dim() == 3, "batch2 must be a 3D tensor");
  check(b.size(0) == a.size(0) && b.size(1) == a.size(2),
        "Expected size for first two dimensions of batch2 tensor to be: [", a.size(0), ", ",
        a.size(2), "] but got: [", b.size(0), ", ", b.size(1), "].");
  check_same_dtype(a, b);
}

// A copy of t broadcast to `shape`, to be the start value of addmm and its kin.
Tensor expanded_copy(const Tensor& t, const Dims& shape, DType dtype) {
  check(t.dtype() == dtype, "expected scalar type ", scalar_type_name(dtype), " but found ",
        scalar_type_name(t.dtype()));
  if (!is_expandable_to(t.shape(), shape)) ops::expand(t, shape);  // throws PyTorch's message
  return expand_raw(t, shape).clone_raw();
}

Tensor scaled(const Tensor& t, double factor) { return factor == 1 ? t : ops::mul(t, factor); }

void register_matrices(Registry& r) {
  r.op("mm(Tensor self, Tensor mat2) -> Tensor")
      .doc("Product of two matrices, [n, k] and [k, m]. torch.mm")
      .onnx("MatMul")
      .forward([](const Args& a) {
        const Tensor &x = a.tensor(0), &y = a.tensor(1);
        check_sizes(x, y, "self");
        check_same_dtype(x, y);
        const Tensor out = Tensor::empty({x.shape()[0], y.shape()[1]}, x.dtype());
        multiply_into(out, x, y, 1, 0);
        return out;
      })
      .saves({"self", "mat2"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {c.needs(0) ? ops::mm(g[0], ops::t(c.tensor(1))) : Tensor(),
                c.needs(1) ? ops::mm(ops::t(c.tensor(0)), g[0]) : Tensor()};
      })
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), s.randn({3, 4})});
      });
  r.op("addmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor")
      .doc("beta * self + alpha * mat1 mat2; self is broadcast. torch.addmm")
      .onnx("Gemm")
      .forward([](const Args& a) {
        const Tensor x = a.tensor(1), y = a.tensor(2);
        check_sizes(x, y, "mat1");
        check(a.tensor(0).dtype() == y.dtype(), "self and mat2 must have the same dtype");
        check(x.dtype() == y.dtype(), "mat1 and mat2 must have the same dtype");
        const Tensor out = expanded_copy(a.tensor(0), {x.size(0), y.size(1)}, x.dtype());
        multiply_into(out, x, y, a.number(4), a.number(3));
        return out;
      })
      .saves({"mat1", "mat2"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const double beta = c.args().number(3), alpha = c.args().number(4);
        return {c.needs(0) ? scaled(g[0], beta) : Tensor(),
                c.needs(1) ? scaled(ops::mm(g[0], ops::t(c.tensor(2))), alpha) : Tensor(),
                c.needs(2) ? scaled(ops::mm(ops::t(c.tensor(1)), g[0]), alpha) : Tensor()};
      })
      .inplace()
      .samples([](Samples& s) {
        s.add({s.randn({4}), s.randn({2, 3}), s.randn({3, 4})});
        s.add({s.randn({2, 4}), s.randn({2, 3}), s.randn({3, 4}), 0.5, 2.0});
      });
  r.op("bmm(Tensor self, Tensor mat2) -> Tensor")
      .doc("Products of batches of matrices, [b, n, k] and [b, k, m]. torch.bmm")
      .onnx("MatMul")
      .forward([](const Args& a) {
        const Tensor x = a.tensor(0), y = a.tensor(1);
        check_bmm(x, y);
        const Tensor out = Tensor::empty({x.size(0), x.size(1), y.size(2)}, x.dtype());
        multiply_batches(out, x, y, 1, 0);
        return out;
      })
      .saves({"self", "mat2"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {c.needs(0) ? ops::bmm(g[0], ops::transpose(c.tensor(1), 1, 2)) : Tensor(),
                c.needs(1) ? ops::bmm(ops::transpose(c.tensor(0), 1, 2), g[0]) : Tensor()};
      })
      .samples([](Samples& s) {
        s.add({s.randn({2, 2, 3}), s.randn({2, 3, 4})});
      });
  r.op("baddbmm(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> "
       "Tensor")
      .doc("beta * self + alpha * batch1 batch2, batch by batch; self is broadcast. torch.baddbmm")
      .forward([](const Args& a) {
        const Tensor x = a.tensor(1), y = a.tensor(2);
        check_bmm(x, y);
        const Tensor out = expanded_copy(a.tensor(0), {x.size(0), x.size(1), y.size(2)}, x.dtype());
        multiply_batches(out, x, y, a.number(4), a.number(3));
        return out;
      })
      .saves({"batch1", "batch2"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const double beta = c.args().number(3), alpha = c.args().number(4);
        return {c.needs(0) ? scaled(g[0], beta) : Tensor(),
                c.needs(1) ? scaled(ops::bmm(g[0], ops::transpose(c.tensor(2), 1, 2)), alpha)
                           : Tensor(),
                c.needs(2) ? scaled(ops::bmm(ops::transpose(c.tensor(1), 1, 2), g[0]), alpha)
                           : Tensor()};
      })
      .samples([](Samples& s) {
        s.add({s.randn({2, 4}), s.randn({2, 2, 3}), s.randn({2, 3, 4}), 0.5, 2.0});
      });
}

void register_vectors(Registry& r) {
  r.op("dot(Tensor self, Tensor tensor) -> Tensor")
      .doc("Inner product of two vectors of one length. torch.dot")
      .forward([](const Args& a) {
        const Tensor x = a.tensor(0), y = a.tensor(1);
        check(x.dim() == 1 && y.dim() == 1, "1D tensors expected, but got ", x.dim(), "D and ",
              y.dim(), "D tensors");
        check(x.dtype() == y.dtype(), "dot : expected both vectors to have same dtype, but found ",
              scalar_type_name(x.dtype()), " and ", scalar_type_name(y.dtype()));
        check(x.numel() == y.numel(), "inconsistent tensor size, expected tensor ",
              to_string(x.shape()), " and src ", to_string(y.shape()),
              " to have the same number of elements, but got ", x.numel(), " and ", y.numel(),
              " elements respectively");
        return inner_product(x, y);
      })
      .saves({"self", "tensor"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {c.needs(0) ? ops::mul(g[0], c.tensor(1)) : Tensor(),
                c.needs(1) ? ops::mul(g[0], c.tensor(0)) : Tensor()};
      })
      .samples([](Samples& s) {
        s.add({s.randn({3}), s.randn({3})});
      });
  r.op("vdot(Tensor self, Tensor other) -> Tensor")
      .doc("dot, for real numbers. torch.vdot")
      .fused([](const Args& a) { return dot(a.tensor(0), a.tensor(1)); })
      .samples([](Samples& s) {
        s.add({s.randn({3}), s.randn({3})});
      });
  r.op("mv(Tensor self, Tensor vec) -> Tensor")
      .doc("Product of a matrix [n, m] and a vector [m]. torch.mv")
      .onnx("MatMul")
      .forward([](const Args& a) {
        const Tensor x = a.tensor(0), y = a.tensor(1);
        check(x.dim() == 2 && y.dim() == 1, "vector + matrix @ vector expected, got ", 1, ", ",
              x.dim(), ", ", y.dim());
        check(x.size(1) == y.size(0), "size mismatch, got ", x.size(0), ", ", x.size(0), "x",
              x.size(1), ",", y.size(0));
        check_same_dtype(x, y);
        const Tensor out = Tensor::empty({x.size(0)}, x.dtype());
        multiply_into(out.alias({out.numel(), 1}, {1, 1}, 0), x,
                      y.alias({y.numel(), 1}, {y.strides()[0], 1}, y.offset()), 1, 0);
        return out;
      })
      .saves({"self", "vec"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        return {c.needs(0) ? outer(g[0], c.tensor(1)) : Tensor(),
                c.needs(1) ? mv(ops::t(c.tensor(0)), g[0]) : Tensor()};
      })
      .samples([](Samples& s) {
        s.add({s.randn({2, 3}), s.randn({3})});
      });
  for (const char* name : {"outer", "ger"})
    r.op(std::string(name) + "(Tensor self, Tensor vec2) -> Tensor")
        .doc("All products of an element of self and one of vec2. torch.outer")
        .composite([](const Args& a) -> Tensor {
          const Tensor x = a.tensor(0), y = a.tensor(1);
          check(x.dim() == 1, "outer: Expected 1-D argument self, but got ", x.dim(), "-D");
          check(y.dim() == 1, "outer: Expected 1-D argument vec2, but got ", y.dim(), "-D");
          return ops::mul(ops::reshape(x, Dims{x.numel(), 1}), y);
        });
  r.op("addmv(Tensor self, Tensor mat, Tensor vec, *, Scalar beta=1, Scalar alpha=1) -> Tensor")
      .doc("beta * self + alpha * mat vec. torch.addmv")
      .forward([](const Args& a) -> Tensor {
        return ops::add(scaled(a.tensor(0), a.number(3)),
                        scaled(mv(a.tensor(1), a.tensor(2)), a.number(4)));
      })
      .saves({"mat", "vec"})
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const double beta = c.args().number(3), alpha = c.args().number(4);
        return {c.needs(0) ? scaled(g[0], beta) : Tensor(),
                c.needs(1) ? scaled(outer(g[0], c.tensor(2)), alpha) : Tensor(),
                c.needs(2) ? scaled(mv(ops::t(c.tensor(1)), g[0]), alpha) : Tensor()};
      })
      .samples([](Samples& s) {
        s.add({s.randn({2}), s.randn({2, 3}), s.randn({3})});
      });
  r.op("trace(Tensor self) -> Tensor")
      .doc("Sum of a matrix's diagonal. torch.trace")
      .forward([](const Args& a) -> Tensor {
        const Tensor t = a.tensor(0);
        check(t.dim() == 2, "trace: expected a matrix, but got tensor with dim ", t.dim());
        const Geometry d = diagonal_geometry(t.shape(), t.strides(), t.offset(), 0, 0, 1);
        return ops::sum(t.alias(d.shape, d.strides, d.offset));
      })
      .backward([](BackwardContext& c, const TensorList& g) -> TensorList {
        const Dims& shape = c.shape(0);
        const Geometry d = diagonal_geometry(shape, contiguous_strides(shape), 0, 0, 0, 1);
        return {into_zeros(ops::expand(g[0], d.shape), shape, d.strides, d.offset)};
      })
      .samples([](Samples& s) {
        s.add({s.randn({3, 4})});
      });
}

// matmul where one side is a batch and the other a matrix or vector: the batch dimensions fold into
// the rows of one product (at::native::should_fold).
Tensor folded(const Tensor& a, const Tensor& b) {
  Dims shape(a.shape().begin(), a.shape().end() - 1);
  const Tensor rows = ops::reshape(a, Dims{-1, a.size(-1)});
  if (b.dim() == 1) return unsafe_view(mv(rows, b), shape);
  shape.push_back(b.size(1));
  return unsafe_view(ops::mm(rows, b), shape);
}

Tensor batched(const Tensor& a, const Tensor& b) {
  const Tensor x = a.dim() == 1 ? ops::unsqueeze(a, 0) : a;
  const Tensor y = b.dim() == 1 ? ops::unsqueeze(b, 1) : b;
  const Dims batch = broadcast_shapes(Dims(x.shape().begin(), x.shape().end() - 2),
                                      Dims(y.shape().begin(), y.shape().end() - 2));
  const auto flat = [&batch](const Tensor& t) {
    Dims shape = batch;
    shape.insert(shape.end(), t.shape().end() - 2, t.shape().end());
    return ops::reshape(ops::expand(t, shape), Dims{product(batch), t.size(-2), t.size(-1)});
  };
  Dims shape = batch;
  if (a.dim() > 1) shape.push_back(x.size(-2));
  if (b.dim() > 1) shape.push_back(y.size(-1));
  return unsafe_view(ops::bmm(flat(x), flat(y)), shape);
}

Tensor matrix_product(const Tensor& a, const Tensor& b) {
  if (a.dim() == 2 && b.dim() == 2) return ops::mm(a, b);
  check(a.dim() > 0 && b.dim() > 0,
        "both arguments to matmul need to be at least 1D, but they are ", a.dim(), "D and ",
        b.dim(), "D");
  if (a.dim() == 1 && b.dim() == 1) return dot(a, b);
  if (a.dim() == 2 && b.dim() == 1) return mv(a, b);
  if (a.dim() == 1 && b.dim() == 2) return unsafe_squeeze(ops::mm(ops::unsqueeze(a, 0), b), 0);
  if (b.dim() <= 2) return folded(a, b);
  if (a.dim() == 1) return folded(ops::transpose(b, -1, -2), a);
  if (a.dim() == 2)  // (b^T a^T)^T
    return ops::contiguous(ops::transpose(folded(ops::transpose(b, -1, -2), ops::t(a)), -1, -2));
  return batched(a, b);
}

void register_products(Registry& r) {
  for (const char* name : {"matmul", "__matmul__"})
    r.op(std::string(name) + "(Tensor self, Tensor other) -> Tensor")
        .doc("Product of vectors, matrices or batches of matrices, which broadcast. torch.matmul")
        .onnx("MatMul")
        .composite([](const Args& a) { return matrix_product(a.tensor(0), a.tensor(1)); });
  r.op("linear(Tensor input, Tensor weight, Tensor? bias=None) -> Tensor")
      .doc(
          "input weight^T + bias: input [..., in], weight [out, in], bias [out]. "
          "torch.nn.functional.linear")
      .in(kFunctional)
      .composite([](const Args& a) -> Tensor {
        const Tensor x = a.tensor(0), weight = a.tensor(1), bias = a.tensor(2);
        const Tensor w = weight.dim() == 1 ? weight : ops::t(weight);
        if (!bias.defined()) return ops::matmul(x, w);
        if (x.dim() == 2) return ops::addmm(bias, x, w);
        if (x.dim() == 3 && x.is_contiguous() && w.dim() == 2)
          return ops::view(ops::addmm(bias, ops::view(x, Dims{-1, x.size(-1)}), w),
                           Dims{x.size(0), x.size(1), w.size(1)});
        return ops::add(ops::matmul(x, w), bias);
      });
  r.op("bilinear(Tensor input1, Tensor input2, Tensor weight, Tensor? bias=None) -> Tensor")
      .doc(
          "x1^T weight[o] x2 + bias for each output o: input1 [..., i], input2 [..., j], "
          "weight [o, i, j]. torch.nn.functional.bilinear")
      .in(kFunctional | kTorch)
      .composite([](const Args& a) -> Tensor {
        const Tensor x = a.tensor(0), y = a.tensor(1), w = a.tensor(2);
        check(x.dim() == y.dim() && w.dim() == 3, "bilinear(): input dimensions do not match: got ",
              x.dim(), " and ", y.dim());
        const auto fits = [&w](const Tensor& t, std::int64_t side) {
          check(t.size(-1) == w.size(side), "bilinear(): input", side,
                " size does not match weight size: got ", t.size(-1), " but expected ",
                w.size(side));
        };
        fits(x, 1);
        fits(y, 2);
        const Tensor out =
            call("einsum", {"...i,oij,...j->...o", TensorList{x, w, y}}).get<Tensor>();
        return a.has(3) ? ops::add(out, a.tensor(3)) : out;
      });
  r.op("inner(Tensor self, Tensor other) -> Tensor")
      .doc("Sums products over the last dimensions of both. torch.inner")
      .composite([](const Args& a) -> Tensor {
        const Tensor x = a.tensor(0), y = a.tensor(1);
        if (x.dim() == 0 || y.dim() == 0) return ops::mul(x, y);
        check(x.size(-1) == y.size(-1),
              "inner() the last dimension must match on both input tensors "
              "but got shapes ",
              to_string(x.shape()), " and ", to_string(y.shape()));
        Dims shape(x.shape().begin(), x.shape().end() - 1);
        shape.insert(shape.end(), y.shape().begin(), y.shape().end() - 1);
        return ops::reshape(ops::mm(ops::reshape(x, Dims{-1, x.size(-1)}),
                                    ops::t(ops::reshape(y, Dims{-1, y.size(-1)}))),
                            shape);
      });
}

}  // namespace

void register_linalg(Registry& r) {
  register_matrices(r);
  register_vectors(r);
  register_products(r);
  register_einsum(r);
  register_matrix_functions(r);
}

}  // namespace gradbox
