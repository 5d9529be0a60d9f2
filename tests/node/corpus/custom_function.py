# torch.autograd.Function as the docs and tutorials write it.
import torch
from torch.autograd import Function, gradcheck


class MyReLU(torch.autograd.Function):
    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input)
        return input.clamp(min=0)

    @staticmethod
    def backward(ctx, grad_output):
        (input,) = ctx.saved_tensors
        grad_input = grad_output.clone()
        grad_input[input < 0] = 0
        return grad_input


class LegendrePolynomial3(torch.autograd.Function):
    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input)
        return 0.5 * (5 * input**3 - 3 * input)

    @staticmethod
    def backward(ctx, grad_output):
        (input,) = ctx.saved_tensors
        return grad_output * 1.5 * (5 * input**2 - 1)


class LinearFunction(Function):
    @staticmethod
    def forward(ctx, input, weight, bias=None):
        ctx.save_for_backward(input, weight, bias)
        output = input.mm(weight.t())
        if bias is not None:
            output += bias.unsqueeze(0).expand_as(output)
        return output

    @staticmethod
    def backward(ctx, grad_output):
        input, weight, bias = ctx.saved_tensors
        grad_input = grad_weight = grad_bias = None
        if ctx.needs_input_grad[0]:
            grad_input = grad_output.mm(weight)
        if ctx.needs_input_grad[1]:
            grad_weight = grad_output.t().mm(input)
        if bias is not None and ctx.needs_input_grad[2]:
            grad_bias = grad_output.sum(0)
        return grad_input, grad_weight, grad_bias


class MulConstant(Function):
    @staticmethod
    def forward(ctx, tensor, constant):
        ctx.constant = constant
        return tensor * constant

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output * ctx.constant, None


class Exp(Function):
    @staticmethod
    def forward(ctx, i):
        result = i.exp()
        ctx.save_for_backward(result)
        return result

    @staticmethod
    def backward(ctx, grad_output):
        (result,) = ctx.saved_tensors
        return grad_output * result


x = torch.tensor([-1.0, 0.5, 2.0], requires_grad=True)
y = MyReLU.apply(x)
print(y)
y.sum().backward()
print(x.grad)

p3 = LegendrePolynomial3.apply
x = torch.linspace(-1, 1, 5, requires_grad=True)
print(p3(x))
p3(x).sum().backward()
print(x.grad)

inp = torch.arange(6.0, dtype=torch.double).reshape(2, 3).requires_grad_()
weight = (torch.arange(6.0, dtype=torch.double).reshape(2, 3) / 10).requires_grad_()
bias = torch.ones(2, dtype=torch.double, requires_grad=True)
print(LinearFunction.apply(inp, weight, bias))
print(gradcheck(LinearFunction.apply, (inp, weight, bias), eps=1e-6, atol=1e-4))
print(LinearFunction.apply(inp, weight).shape)
z = MulConstant.apply(x, 5.0)
print(z, z.grad_fn.name())
print(Exp.apply(torch.tensor([0.0, 1.0], requires_grad=True)))


class TwoOut(Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a * b, a + b

    @staticmethod
    def backward(ctx, g1, g2):
        a, b = ctx.saved_tensors
        print("grads", g1, g2)
        return g1 * b + g2, g1 * a + g2


a = torch.tensor(2.0, requires_grad=True)
b = torch.tensor(3.0, requires_grad=True)
m, s = TwoOut.apply(a, b)
print(m, s)
s.backward()
print(a.grad, b.grad)


class Bad(Function):
    @staticmethod
    def forward(ctx, a):
        return a * 2

    @staticmethod
    def backward(ctx, g):
        return g, g


try:
    Bad.apply(a).backward()
except RuntimeError as e:
    print(e)
try:
    MyReLU()(a)
except Exception as e:
    print(type(e).__name__)
